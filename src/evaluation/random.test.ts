import { expect, test } from 'vitest'
import { z } from 'zod'
import { check, runVectors } from '../../test/run-vectors.ts'
import { createRandom } from './random.ts'

runVectors('01_prng', {
  'xoshiro128ss.next': check(z.object({ key: z.string(), count: z.int() }), ({ key, count }) => {
    const random = createRandom(key)
    return Array.from({ length: count }, () => random.next())
  }),
  'xoshiro128ss.int': check(
    z.object({ key: z.string(), count: z.int(), n: z.int() }),
    ({ key, count, n }) => {
      const random = createRandom(key)
      return Array.from({ length: count }, () => random.int(n))
    },
  ),
})

test('two keys give two sequences', () => {
  expect(createRandom('a').next()).not.toBe(createRandom('b').next())
})
