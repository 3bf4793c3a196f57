import { expect, test } from 'vitest'
import { filterOf, isNarrowed, readAuditSearch } from './audit-search.ts'

test('of an address only what can be used counts', () => {
  expect(
    readAuditSearch({ who: 'ann', about: 7, from: '2026-11-28', before: 9, other: 'x' }),
  ).toMatchObject({ who: 'ann', about: '7', from: '2026-11-28', before: 9 })
  const unusable = { who: '', what: ['a'], from: 'yesterday', to: '2026-13-45', before: -1 }
  const read = readAuditSearch(unusable)
  expect(Object.values(read).filter((value) => value !== undefined)).toEqual([])
  expect(isNarrowed(read)).toBe(false)
  expect(isNarrowed({ to: '2026-11-28' })).toBe(true)
})

test('days are those of the reader, both included', () => {
  const { from = 0, until = 0 } = filterOf({ from: '2026-11-28', to: '2026-11-28' })
  expect(new Date(from).toString()).toContain('Nov 28 2026 00:00:00')
  expect(new Date(until).toString()).toContain('Nov 29 2026 00:00:00')
  expect(filterOf({ from: '0002-01-01' }).from).toBe(0)
  expect(filterOf({})).toEqual({})
})
