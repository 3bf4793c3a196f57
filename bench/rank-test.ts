import { normalCdf, normalQuantile } from '../src/evaluation/special-functions.ts'

/** What was measured side by side, in one round. */
export type Round = { first: readonly number[]; second: readonly number[] }

export type RankTest = {
  /** Chance that one of the second takes longer than one of the first; 0.5: no difference. */
  auc: number
  lower: number
  upper: number
  p: number
  standardError: number
}

/**
 * Mann and Whitney's test (1947), round by round, the rounds taken together as van Elteren (1960) does: what
 * a round changes for both sides is no difference. Ties count half; the variance is that without a difference.
 */
export function rankTest(rounds: readonly Round[]): RankTest {
  const each = rounds.map(({ first, second }) => {
    const [m, n] = [first.length, second.length]
    return { auc: aucOf(first, second), variance: (m + n + 1) / (12 * m * n) }
  })
  const auc = each.reduce((sum, one) => sum + one.auc, 0) / each.length
  const standardError = Math.sqrt(each.reduce((sum, one) => sum + one.variance, 0)) / each.length
  const half = normalQuantile(0.975) * standardError
  const p = 2 * (1 - normalCdf(Math.abs(auc - 0.5) / standardError))
  return { auc, lower: auc - half, upper: auc + half, p, standardError }
}

/** By the ranks of the second among all: as many steps as it takes to sort them. */
function aucOf(first: readonly number[], second: readonly number[]): number {
  const all = [
    ...first.map((value) => ({ value, of: 0 })),
    ...second.map((value) => ({ value, of: 1 })),
  ]
  all.sort((a, b) => a.value - b.value)
  let ranks = 0
  for (let start = 0, end = 0; start < all.length; start = end) {
    while (end < all.length && all[end]?.value === all[start]?.value) end += 1
    const rank = (start + 1 + end) / 2
    for (const { of } of all.slice(start, end)) ranks += of * rank
  }
  const [m, n] = [first.length, second.length]
  return (ranks - (n * (n + 1)) / 2) / (m * n)
}

/**
 * The least delay of each of the second that would be found in four of five repetitions of this measurement.
 * @param p what a difference must stay below to be told
 */
export function leastDelay(rounds: readonly Round[], p: number): number {
  const { standardError } = rankTest(rounds)
  const needed = 0.5 + (normalQuantile(1 - p / 2) + normalQuantile(0.8)) * standardError
  const delayed = (by: number): number =>
    rankTest(rounds.map(({ first }) => ({ first, second: first.map((value) => value + by) }))).auc
  let [low, high] = [0, Math.max(...rounds.flatMap(({ first }) => first))]
  for (let step = 0; step < 30; step += 1) {
    const middle = (low + high) / 2
    if (delayed(middle) < needed) low = middle
    else high = middle
  }
  return high
}
