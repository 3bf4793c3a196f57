import { type Counts, type MetricChoice, ratioParts } from './metrics.ts'
import { tCdf } from './special-functions.ts'

/** How a candidate differs from a baseline on the same documents. */
export interface PairedDelta {
  base: number
  cand: number
  delta: number
  se: number
  df: number
  /** One-sided: how likely a difference this bad is when nothing got worse. */
  pWorse: number
  /** Each document's influence on `delta`; the mean of the squares makes `se`. */
  z: number[]
}

/** A ratio metric with each document's influence on it; null when it is undefined. */
export function influences(counts: readonly Counts[], choice: MetricChoice) {
  const parts = counts.map((row) => ratioParts(row, choice))
  const sumX = parts.reduce((sum, { x }) => sum + x, 0)
  if (sumX === 0) return null
  const value = parts.reduce((sum, { y }) => sum + y, 0) / sumX
  return { value, z: parts.map(({ x, y }) => (counts.length * (y - value * x)) / sumX) }
}

/**
 * The difference of a ratio metric with its linearised paired standard error. Rows are documents in
 * the same order on both sides, documents without issues too.
 *
 * @returns null when the metric is undefined on either side
 */
export function pairedDelta(
  baseline: readonly Counts[],
  candidate: readonly Counts[],
  choice: MetricChoice,
): PairedDelta | null {
  if (baseline.length !== candidate.length)
    throw new RangeError(`${baseline.length} documents cannot be paired with ${candidate.length}`)
  const base = influences(baseline, choice)
  const cand = influences(candidate, choice)
  if (base === null || cand === null) return null

  const docs = baseline.length
  const z = cand.z.map((value, d) => value - (base.z[d] ?? 0))
  const squares = z.reduce((sum, value) => sum + value ** 2, 0)
  const delta = cand.value - base.value
  const df = Math.max(docs - 1, 1)
  const se = docs > 1 ? Math.sqrt(squares / (docs * (docs - 1))) : Number.POSITIVE_INFINITY
  // Documents that all changed by the same amount leave no doubt; the limit of the t test.
  const pWorse = se === 0 ? (1 + Math.sign(delta)) / 2 : tCdf(delta / se, df)
  return { base: base.value, cand: cand.value, delta, se, df, pWorse, z }
}
