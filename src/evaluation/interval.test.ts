import { expect, test } from 'vitest'
import { z } from 'zod'
import { check, runVectors } from '../../test/run-vectors.ts'
import { bootstrapInterval, clusteredInterval, quantile, wilson } from './interval.ts'
import { score, sumCounts } from './metrics.ts'

const Counts = z.tuple([z.number(), z.number(), z.number()])
const Choice = z.object({ metric: z.enum(['precision', 'recall', 'f']), beta: z.number() })

runVectors('05_intervals', {
  wilson: check(z.object({ p: z.number(), n: z.number(), q: z.number() }), ({ p, n, q }) =>
    wilson(p, n, q),
  ),
  clusteredInterval: check(
    Choice.extend({ counts: z.array(Counts), level: z.number() }),
    ({ counts, ...options }) => clusteredInterval(counts, options),
  ),
  bootstrapInterval: check(
    Choice.extend({ counts: z.array(Counts), B: z.int(), key: z.string(), level: z.number() }),
    ({ counts, B, key, level, ...choice }) => {
      const { lower, upper, replicates } = bootstrapInterval(counts, {
        statistic: (rows) => score(sumCounts(rows), choice),
        replicates: B,
        key,
        level,
      })
      return { lower, upper, firstReplicates: replicates.slice(0, 5) }
    },
  ),
})

test('the level is 95 % unless told', () => {
  const counts = [[3, 1, 0] as const, [2, 2, 1] as const]
  const choice = { metric: 'recall', beta: 1 } as const
  expect(clusteredInterval(counts, choice)).toEqual(
    clusteredInterval(counts, { ...choice, level: 0.95 }),
  )
})

test('copies of the documents narrow the interval', () => {
  const counts = Array.from({ length: 5 }, (_, d) => [d, 5 - d, 1] as const)
  const choice = { metric: 'precision', beta: 1 } as const
  const few = clusteredInterval(counts, choice)
  const many = clusteredInterval([...counts, ...counts, ...counts], choice)
  expect(many.value).toBeCloseTo(few.value!)
  expect(many.upper! - many.lower!).toBeLessThan(few.upper! - few.lower!)
})

test('documents that are all good or all bad are worth less than their issues', () => {
  const counts = [[9, 0, 0] as const, [0, 9, 0] as const, [9, 0, 0] as const, [0, 9, 0] as const]
  const interval = clusteredInterval(counts, { metric: 'precision', beta: 1 })
  expect(interval.deff).toBeGreaterThan(5)
  expect(interval.nEff! * interval.deff!).toBeCloseTo(36)
})

test('resamples in which the metric is undefined are skipped', () => {
  const rows = [[0, 0, 1] as const, [1, 0, 0] as const]
  const { replicates, lower } = bootstrapInterval(rows, {
    statistic: (sample) => score(sumCounts(sample), { metric: 'precision', beta: 1 }),
    key: 'few',
  })
  expect(replicates.length).toBeGreaterThan(1000)
  expect(replicates.length).toBeLessThan(2000)
  expect(lower).toBe(1)
})

test('a quantile lies between its neighbours; an empty sample has none', () => {
  expect(quantile([1, 2, 4], 0.75)).toBe(3)
  expect(quantile([5], 0.3)).toBe(5)
  expect(quantile([], 0.5)).toBeNull()
})

test('the bounds of 0 and 1 are exactly 0 and 1, whatever rounding does', () => {
  for (let n = 1; n <= 300; n += 1) {
    expect(wilson(0, n, 1.96)[0]).toBe(0)
    expect(wilson(1, n, 1.96)[1]).toBe(1)
  }
})
