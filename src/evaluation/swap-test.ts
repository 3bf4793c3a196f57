import { addCounts, type Counts, type MetricChoice, noCounts, score, sumCounts } from './metrics.ts'
import { createRandom } from './random.ts'

interface SwapTestOptions extends MetricChoice {
  replicates: number
  /** Derived from the content, so that the same comparison gives the same p. */
  key: string
}

interface SwapTest {
  delta: number
  pWorse: number
}

/**
 * Document swap randomisation (Noreen 1989; Yeh 2000): under "no difference" each document's two
 * results could as well be the other way round. A sample of the ways to swap, for many documents.
 *
 * @returns null when the metric is undefined on either side
 */
export function swapTest(
  baseline: readonly Counts[],
  candidate: readonly Counts[],
  { replicates, key, ...choice }: SwapTestOptions,
): SwapTest | null {
  const delta = difference(sumCounts(baseline), sumCounts(candidate), choice)
  if (delta === null) return null
  const random = createRandom(key)
  let asBad = 0
  for (let i = 0; i < replicates; i++) {
    let [base, cand] = [noCounts, noCounts]
    for (const [d, row] of baseline.entries()) {
      const other = candidate[d] ?? row
      const isSwapped = random.next() >= 2 ** 31
      base = addCounts(base, isSwapped ? other : row)
      cand = addCounts(cand, isSwapped ? row : other)
    }
    if (isAsBad(difference(base, cand, choice), delta)) asBad++
  }
  return { delta, pWorse: (1 + asBad) / (replicates + 1) }
}

/**
 * The same over every way to swap, the one that was seen among them: the exact companion of `pairedDelta` for fewer
 * than 15 documents. Each one more doubles the ways.
 *
 * @returns null when the metric is undefined on either side
 */
export function exactSwapTest(
  baseline: readonly Counts[],
  candidate: readonly Counts[],
  choice: MetricChoice,
): SwapTest | null {
  const delta = difference(sumCounts(baseline), sumCounts(candidate), choice)
  if (delta === null) return null
  const asBadFrom = (d: number, base: Counts, cand: Counts): number => {
    const row = baseline[d]
    if (row === undefined) return isAsBad(difference(base, cand, choice), delta) ? 1 : 0
    const other = candidate[d] ?? row
    const kept = asBadFrom(d + 1, addCounts(base, row), addCounts(cand, other))
    return kept + asBadFrom(d + 1, addCounts(base, other), addCounts(cand, row))
  }
  return { delta, pWorse: asBadFrom(0, noCounts, noCounts) / 2 ** baseline.length }
}

function difference(base: Counts, cand: Counts, choice: MetricChoice): number | null {
  const [before, after] = [score(base, choice), score(cand, choice)]
  return before === null || after === null ? null : after - before
}

/** The slack keeps rounding from telling equal differences apart. */
function isAsBad(swapped: number | null, delta: number): boolean {
  return swapped !== null && swapped <= delta + 1e-12
}
