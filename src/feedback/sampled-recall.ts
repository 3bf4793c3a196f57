import { normalQuantile } from '../evaluation/special-functions.ts'

/** A stratum of paragraphs: how many there are, and the missed issues in each that was read. */
export type Stratum = { paragraphs: number; missed: readonly number[] }

export type SampledRecall = {
  /** Estimated number of missed issues in all strata, and its standard error. */
  missed: number
  se: number
  recall: number | null
  lower: number | null
  upper: number | null
}

/**
 * Recall from a stratified sample of paragraphs that a person read: Horvitz-Thompson total of missed
 * issues, with a log-normal interval; one-sided when none was found (measurement, 5.3).
 *
 * @param truePositives accepted issues in the paragraphs from which was drawn
 */
export function recallFromSample(
  truePositives: number,
  strata: readonly Stratum[],
  { level = 0.95 }: { level?: number } = {},
): SampledRecall {
  const missed = total(strata.map(({ paragraphs, missed: read }) => paragraphs * mean(read)))
  const se = Math.sqrt(total(strata.map(varianceOfTotal)))
  const recallWith = (misses: number): number | null =>
    truePositives + misses > 0 ? truePositives / (truePositives + misses) : null
  const z = normalQuantile(1 - (1 - level) / 2)
  const spread = missed > 0 ? Math.exp((z * se) / missed) : null
  return {
    missed,
    se,
    recall: recallWith(missed),
    lower: recallWith(spread === null ? z * se : missed * spread),
    upper: recallWith(spread === null ? 0 : missed / spread),
  }
}

/** With a floor for strata in which nothing was found: they are not known to hold nothing. */
function varianceOfTotal({ paragraphs, missed }: Stratum): number {
  const n = missed.length
  const average = mean(missed)
  const squares = total(missed.map((value) => (value - average) ** 2))
  const spread = n > 1 ? squares / (n - 1) : 0
  const variance = Math.max(spread, 1 / (n + 2))
  return (paragraphs ** 2 * (1 - n / paragraphs) * variance) / n
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function mean(values: readonly number[]): number {
  return total(values) / values.length
}
