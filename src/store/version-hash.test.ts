import { expect, it } from 'vitest'
import { versionHash } from './version-hash.ts'

it('the hash of a version has that of each split in its place', () => {
  const some = { evaluation: 'x', test: 'y', audit: null }
  expect(versionHash(some)).toBe(versionHash({ audit: null, test: 'y', evaluation: 'x' }))
  expect(versionHash({ ...some, test: 'x', evaluation: 'y' })).not.toBe(versionHash(some))
})
