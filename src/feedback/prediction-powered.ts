import { wilson } from '../evaluation/interval.ts'
import { tQuantile } from '../evaluation/special-functions.ts'

/** A document that a person and the judge read: issues, accepted by the person, by the judge. */
export type LabelledDocument = readonly [issues: number, human: number, judge: number]
/** A document that only the judge read. */
export type JudgedDocument = readonly [issues: number, judge: number]

export type PredictionPowered = {
  estimate: number
  /** How much the judge was trusted: 0 is people only. */
  lambda: number
  se: number
  lower: number
  upper: number
  humanOnly: number
  judgeOnly: number
}

/** With fewer labelled documents a tuned lambda covers too seldom. */
const minTuned = 40

/**
 * A rate from few human labels and many of a judge, whatever the judge's bias; documents are the
 * clusters (Angelopoulos et al. 2023, PPI and PPI++). The labelled documents must be a random sample.
 *
 * @param lambda fixed trust in the judge; left out, it is 1 or tuned
 */
export function predictionPowered(
  labelled: readonly LabelledDocument[],
  judged: readonly JudgedDocument[],
  { lambda, level = 0.95 }: { lambda?: number; level?: number } = {},
): PredictionPowered {
  const human = ratioOf(labelled.map(([issues, accepted]) => [issues, accepted]))
  const judge = ratioOf(labelled.map(([issues, , accepted]) => [issues, accepted]))
  const wide = ratioOf(judged)
  const tuned = (): number => tuneLambda(human.residuals, judge.residuals, wide.residuals)
  const estimateWith = (trust: number): PredictionPowered => {
    const estimate = trust * wide.rate + human.rate - trust * judge.rate
    const own = human.residuals.map((u, i) => u - trust * (judge.residuals[i] ?? 0))
    const variance = varianceOfMean(own) + trust ** 2 * varianceOfMean(wide.residuals)
    const q = tQuantile(1 - (1 - level) / 2, labelled.length - 1)
    const [lower, upper] = wilson(estimate, (estimate * (1 - estimate)) / variance, q)
    const rates = { humanOnly: human.rate, judgeOnly: wide.rate }
    return { estimate, lambda: trust, se: Math.sqrt(variance), lower, upper, ...rates }
  }
  if (lambda !== undefined) return estimateWith(lambda)
  if (labelled.length < minTuned) return estimateWith(1)
  return narrower(estimateWith(tuned()), estimateWith(0))
}

/** The ratio of sums with what each document deviates from it (Cochran 1977). */
function ratioOf(rows: readonly JudgedDocument[]): { rate: number; residuals: number[] } {
  const issues = sum(rows.map(([count]) => count))
  const rate = sum(rows.map(([, accepted]) => accepted)) / issues
  const size = issues / rows.length
  return { rate, residuals: rows.map(([count, accepted]) => (accepted - rate * count) / size) }
}

/** The trust with the least variance; the judge's own spread is pooled over all documents. */
function tuneLambda(u: readonly number[], v: readonly number[], w: readonly number[]): number {
  const covariance = sum(u.map((value, i) => value * (v[i] ?? 0))) / (u.length - 1)
  const squares = sum([...v, ...w].map((value) => value ** 2))
  const variance = squares / (v.length + w.length - 2)
  if (variance === 0) return 0
  return Math.min(1, Math.max(0, covariance / ((1 + v.length / w.length) * variance)))
}

function narrower(a: PredictionPowered, b: PredictionPowered): PredictionPowered {
  return a.upper - a.lower > b.upper - b.lower ? b : a
}

/** Residuals have mean 0. */
function varianceOfMean(residuals: readonly number[]): number {
  const n = residuals.length
  return sum(residuals.map((value) => value ** 2)) / ((n - 1) * n)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
