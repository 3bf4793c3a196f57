import { type Counts, type MetricChoice, ratioParts } from './metrics.ts'
import { createRandom } from './random.ts'
import { tQuantile } from './special-functions.ts'

/** A metric with its uncertainty; the document is the unit, issues inside one are not independent. */
export interface Interval {
  value: number | null
  lower: number | null
  upper: number | null
  /** Linearised standard error; null when one document leaves it unknown. */
  se: number | null
  /** Documents that say something about the metric. */
  docs: number
  /** Issues in the metric's denominator. */
  n: number
  /** As many independent issues would be as informative. */
  nEff: number | null
  /** Design effect, n / nEff. */
  deff: number | null
  df: number | null
  /** `prior-deff`: the spread cannot be estimated, so an intra-document correlation is assumed. */
  method: 'clustered' | 'prior-deff' | 'undefined'
}

const priorCorrelation = 0.1
const undefinedInterval: Interval = {
  value: null,
  lower: null,
  upper: null,
  se: null,
  docs: 0,
  n: 0,
  nEff: null,
  deff: null,
  df: null,
  method: 'undefined',
}

/** Wilson's score interval for a share `p` of `n` (which may be a fraction) at quantile `q`. */
export function wilson(p: number, n: number, q: number): [lower: number, upper: number] {
  const spread = (q * q) / n
  const center = (p + spread / 2) / (1 + spread)
  const half = (q / (1 + spread)) * Math.sqrt((p * (1 - p)) / n + spread / (4 * n))
  // Rounding must not push a bound past the value that it bounds.
  const lower = p === 0 ? 0 : Math.max(0, center - half)
  return [lower, p === 1 ? 1 : Math.min(1, center + half)]
}

/**
 * Document-clustered Wilson interval: the linearised variance of the ratio (Cochran 1977) gives an
 * effective number of issues (Korn & Graubard 1998), on which Wilson's interval is taken with t.
 *
 * @param counts one row per document, documents without any issue too
 */
export function clusteredInterval(
  counts: readonly Counts[],
  { level = 0.95, ...choice }: MetricChoice & { level?: number },
): Interval {
  const parts = counts.map((row) => ratioParts(row, choice)).filter(({ x }) => x > 0)
  const docs = parts.length
  if (docs === 0) return undefinedInterval

  const sumX = parts.reduce((sum, { x }) => sum + x, 0)
  const n = parts.reduce((sum, { issues }) => sum + issues, 0)
  const value = parts.reduce((sum, { y }) => sum + y, 0) / sumX
  const squares = parts.reduce((sum, { x, y }) => sum + (y - value * x) ** 2, 0)
  const variance = docs > 1 ? ((docs / (docs - 1)) * squares) / sumX ** 2 : null

  const clustered = variance !== null && variance > 0 && value > 0 && value < 1
  const nEff = clustered
    ? Math.min((value * (1 - value)) / variance, n)
    : n / (1 + Math.max(n / docs - 1, 0) * priorCorrelation)
  const df = Math.max(docs - 1, 1)
  const [lower, upper] = wilson(value, nEff, tQuantile(1 - (1 - level) / 2, df))
  return {
    value,
    lower,
    upper,
    se: variance === null ? null : Math.sqrt(variance),
    docs,
    n,
    nEff,
    deff: n / nEff,
    df,
    method: clustered ? 'clustered' : 'prior-deff',
  }
}

/** Quantile of a sorted sample, type 7 of Hyndman & Fan (1996). */
export function quantile(sorted: readonly number[], p: number): number | null {
  const position = (sorted.length - 1) * p
  const below = sorted[Math.floor(position)]
  const above = sorted[Math.ceil(position)]
  if (below === undefined || above === undefined) return null
  return below + (above - below) * (position - Math.floor(position))
}

export interface BootstrapOptions<Row> {
  /** The metric of a resample; null when it is undefined there (such resamples are skipped). */
  statistic: (rows: readonly Row[]) => number | null
  replicates?: number
  /** Derived from the content, e.g. `boot:<runHash>:<metric>`. */
  key: string
  level?: number
}

/**
 * Percentile bootstrap over documents, for metrics that are no ratio of sums. Its 95 % intervals
 * hold 86-93 % of the time at 10-60 documents: prefer `clusteredInterval` where it applies.
 */
export function bootstrapInterval<Row>(
  rows: readonly Row[],
  { statistic, replicates = 2000, key, level = 0.95 }: BootstrapOptions<Row>,
) {
  const random = createRandom(key)
  const values: number[] = []
  for (let i = 0; i < replicates; i++) {
    const resample = rows
      .map(() => rows[random.int(rows.length)])
      .filter((row) => row !== undefined)
    const value = statistic(resample)
    if (value !== null) values.push(value)
  }
  const sorted = values.toSorted((a, b) => a - b)
  const tail = (1 - level) / 2
  return {
    lower: quantile(sorted, tail),
    upper: quantile(sorted, 1 - tail),
    replicates: values,
  }
}
