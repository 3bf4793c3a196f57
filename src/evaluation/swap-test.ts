import { type Counts, type MetricChoice, score, sumCounts } from './metrics.ts'
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
  const difference = (base: readonly Counts[], cand: readonly Counts[]): number | null => {
    const before = score(sumCounts(base), choice)
    const after = score(sumCounts(cand), choice)
    return before === null || after === null ? null : after - before
  }
  const delta = difference(baseline, candidate)
  if (delta === null) return null

  const random = createRandom(key)
  let asBad = 0
  for (let i = 0; i < replicates; i++) {
    const swapped = baseline.map(() => random.next() >= 2 ** 31)
    const base = baseline.map((row, d) => (swapped[d] ? (candidate[d] ?? row) : row))
    const cand = candidate.map((row, d) => (swapped[d] ? (baseline[d] ?? row) : row))
    const shuffled = difference(base, cand)
    // The slack keeps rounding from telling equal differences apart.
    if (shuffled !== null && shuffled <= delta + 1e-12) asBad++
  }
  return { delta, pWorse: (1 + asBad) / (replicates + 1) }
}
