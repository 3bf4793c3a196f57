import { expect, test } from 'vitest'
import type { Counts } from './metrics.ts'
import { createRandom } from './random.ts'
import { exactSwapTest, swapTest } from './swap-test.ts'

const precision = { metric: 'precision', beta: 1 } as const

function shareOf(rows: readonly Counts[]): number {
  const tp = rows.reduce((sum, [own]) => sum + own, 0)
  const fp = rows.reduce((sum, [, own]) => sum + own, 0)
  return tp / (tp + fp)
}

/** Of all ways to swap, the share of those whose difference is as bad. */
function exactShare(baseline: readonly Counts[], candidate: readonly Counts[]): number {
  const delta = shareOf(candidate) - shareOf(baseline)
  const ways = Array.from({ length: 2 ** baseline.length }, (_, way) => {
    const pick = (own: readonly Counts[], other: readonly Counts[]) =>
      own.map((row, d) => ((way >> d) % 2 === 1 ? (other[d] ?? row) : row))
    return shareOf(pick(candidate, baseline)) - shareOf(pick(baseline, candidate))
  })
  return ways.filter((difference) => difference <= delta + 1e-12).length / ways.length
}

test('the p-value is the share of all swaps of both sides whose difference is as bad', () => {
  const baseline: Counts[] = [
    [5, 2, 0],
    [5, 4, 0],
    [4, 5, 0],
    [3, 5, 0],
  ]
  const candidate: Counts[] = [
    [0, 3, 0],
    [2, 1, 0],
    [2, 2, 0],
    [1, 2, 0],
  ]
  // 5 of 16; swapping one side only would give 1 or 8 of 16.
  expect(exactShare(baseline, candidate)).toBe(5 / 16)
  expect(exactSwapTest(baseline, candidate, precision)?.pWorse).toBe(5 / 16)
  const result = swapTest(baseline, candidate, { ...precision, replicates: 20_000, key: 'swaps' })
  expect(Math.abs((result?.pWorse ?? 0) - 5 / 16)).toBeLessThan(0.015)
})

test('a difference that every swap equals is certain, and no p-value is 0', () => {
  const same: Counts[] = [[1, 1, 0]]
  const options = { ...precision, replicates: 4, key: 'k' }
  expect(swapTest(same, same, options)).toEqual({ delta: 0, pWorse: 1 })
  const worse = swapTest(
    Array.from({ length: 12 }, () => [1, 0, 0] as const),
    Array.from({ length: 12 }, () => [0, 1, 0] as const),
    options,
  )
  expect(worse).toEqual({ delta: -1, pWorse: 1 / 5 })
})

test('all swaps of few documents are counted, also of means over three runs', () => {
  const random = createRandom('means over three runs')
  const third = (): number => (1 + random.int(12)) / 3
  const rows = (documents: number): Counts[] =>
    Array.from({ length: documents }, () => [third(), third(), third()])
  for (const documents of [1, 2, 5, 9]) {
    const [baseline, candidate] = [rows(documents), rows(documents)]
    const exact = exactSwapTest(baseline, candidate, precision)
    expect(exact?.pWorse).toBe(exactShare(baseline, candidate))
  }
  const same: Counts[] = [[1, 1, 0]]
  expect(exactSwapTest(same, same, precision)).toEqual({ delta: 0, pWorse: 1 })
  const all = (row: Counts): Counts[] => Array.from({ length: 14 }, () => row)
  const worst = exactSwapTest(all([1, 0, 0]), all([0, 1, 0]), precision)
  expect(worst).toEqual({ delta: -1, pWorse: 1 / 2 ** 14 })
})

test('a metric that is undefined on either side has no p-value', () => {
  const options = { ...precision, replicates: 4, key: 'k' }
  expect(swapTest([[0, 0, 1]], [[1, 0, 0]], options)).toBeNull()
  expect(swapTest([[1, 0, 0]], [[0, 0, 1]], options)).toBeNull()
  expect(exactSwapTest([[0, 0, 1]], [[1, 0, 0]], precision)).toBeNull()
  expect(exactSwapTest([[1, 0, 0]], [[0, 0, 1]], precision)).toBeNull()
})

test('swaps that leave the metric undefined are not as bad', () => {
  // Swapping one document alone leaves a side without a detection: two of four ways.
  const first: Counts[] = [
    [1, 0, 0],
    [0, 0, 1],
  ]
  const options = { ...precision, replicates: 5000, key: 'k' }
  const result = swapTest(first, first.toReversed(), options)
  expect(Math.abs((result?.pWorse ?? 0) - 1 / 2)).toBeLessThan(0.03)
  expect(exactSwapTest(first, first.toReversed(), precision)?.pWorse).toBe(1 / 2)
})
