/** A score on a hidden set that somebody would like to see, with the standard error of its difference. */
export type Submission = { score: number; se: number }

export type LadderOptions = {
  /** The score that is shown before the first submission. */
  start: number
  /** How many standard errors a score must be above the one shown. */
  multiplier: number
  /** What is shown is a multiple of it. */
  step: number
}

/**
 * What an author is shown after each submission: a new score only when it is significantly better than
 * the one shown, so that small differences tell nothing.
 */
export function significanceLadder(
  submissions: readonly Submission[],
  { start, multiplier, step }: LadderOptions,
): number[] {
  let shown = roundTo(start, step)
  return submissions.map(({ score, se }) => {
    if (score > shown + multiplier * se) shown = roundTo(score, step)
    return shown
  })
}

/**
 * The same without a parameter (Blum & Hardt 2015, "The Ladder", algorithm 3): a mean loss is shown only
 * when it is lower than the one shown by a standard error of their difference.
 * @param losses one row a submission, one loss an example
 */
export function parameterFreeLadder(losses: readonly (readonly number[])[]): number[] {
  let shown: number | null = null
  let best: readonly number[] = []
  return losses.map((row) => {
    const n = row.length
    const loss = mean(row)
    if (
      shown === null ||
      loss < shown - deviation(row.map((l, i) => l - (best[i] ?? 0))) / Math.sqrt(n)
    ) {
      shown = halfEven(loss * n) / n
      best = row
    }
    return shown
  })
}

export type Query = {
  /** The score on the set that the author sees. */
  dev: number
  /** The score on the hidden set. */
  test: number
}

export type ThresholdoutOptions = {
  threshold: number
  /** How often the hidden score may be told, with noise. */
  budget: number
  /** The next noise: of the threshold (first, and after each telling), of a query, of an answer. */
  noise: () => number
}

/**
 * Reusable holdout (Dwork et al. 2015), for experiments only: with tens of documents its threshold has to
 * exceed the noise, so that it tells scores of the visible set, which are fitted.
 * @returns a score for each query; null once the budget is spent
 */
export function thresholdout(
  queries: readonly Query[],
  { threshold, budget, noise }: ThresholdoutOptions,
): (number | null)[] {
  let left = budget
  let limit = threshold + noise()
  return queries.map(({ dev, test }) => {
    if (left === 0) return null
    if (Math.abs(dev - test) <= limit + noise()) return dev
    left -= 1
    const told = test + noise()
    limit = threshold + noise()
    return told
  })
}

function roundTo(value: number, step: number): number {
  return Math.round(value / step) * step
}

function halfEven(value: number): number {
  const below = Math.floor(value)
  if (value - below !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Of a whole population. */
function deviation(values: readonly number[]): number {
  const center = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - center) ** 2)))
}
