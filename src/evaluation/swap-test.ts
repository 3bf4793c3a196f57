import { addCounts, type Counts, type MetricChoice, noCounts, score } from './metrics.ts'
import { createRandom } from './random.ts'

export interface SwapTestOptions extends MetricChoice {
  replicates: number
  /** Derived from the content, so that the same comparison gives the same p. */
  key: string
}

/**
 * Document swap randomisation (Noreen 1989; Yeh 2000): under "no difference" each document's two
 * results could as well be the other way round. The exact companion of `pairedDelta` for fewer than
 * 15 documents.
 *
 * @returns null when the metric is undefined on either side
 */
export function swapTest(
  baseline: readonly Counts[],
  candidate: readonly Counts[],
  { replicates, key, ...choice }: SwapTestOptions,
): { delta: number; pWorse: number } | null {
  const difference = (isSwapped: () => boolean): number | null => {
    let [base, cand] = [noCounts, noCounts]
    for (const [d, row] of baseline.entries()) {
      const other = candidate[d] ?? row
      const swapped = isSwapped()
      base = addCounts(base, swapped ? other : row)
      cand = addCounts(cand, swapped ? row : other)
    }
    const [before, after] = [score(base, choice), score(cand, choice)]
    return before === null || after === null ? null : after - before
  }
  const delta = difference(() => false)
  if (delta === null) return null

  const random = createRandom(key)
  let asBad = 0
  for (let i = 0; i < replicates; i++) {
    const shuffled = difference(() => random.next() >= 2 ** 31)
    // The slack keeps rounding from telling equal differences apart.
    if (shuffled !== null && shuffled <= delta + 1e-12) asBad++
  }
  return { delta, pWorse: (1 + asBad) / (replicates + 1) }
}
