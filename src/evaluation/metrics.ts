/** True positives, false positives, false negatives; means over repeats, so fractions are fine. */
export type Counts = readonly [tp: number, fp: number, fn: number]

export const noCounts: Counts = [0, 0, 0]

export type Metric = 'precision' | 'recall' | 'f'

/** Which number is meant; `beta` below 1 weighs precision more than recall, `f` alone uses it. */
export interface MetricChoice {
  metric: Metric
  beta: number
}

export interface Scores {
  /** `null` where the denominator is zero: nothing to judge is not the same as all wrong. */
  precision: number | null
  recall: number | null
  f: number | null
}

export function ratio(numerator: number, denominator: number): number | null {
  return denominator > 0 ? numerator / denominator : null
}

export function addCounts(a: Counts, b: Counts): Counts {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

export function sumCounts(rows: Iterable<Counts>): Counts {
  let total = noCounts
  for (const row of rows) total = addCounts(total, row)
  return total
}

/** The mean over repeats of the same document. */
export function meanCounts(repeats: readonly Counts[]): Counts {
  if (repeats.length === 0) return noCounts
  const [tp, fp, fn] = sumCounts(repeats)
  return [tp / repeats.length, fp / repeats.length, fn / repeats.length]
}

/**
 * Every metric as a ratio of sums over documents, y / x, and the number of issues it rests on. One
 * form for all of them lets one interval and one paired test serve precision, recall and F.
 */
export function ratioParts([tp, fp, fn]: Counts, { metric, beta }: MetricChoice) {
  switch (metric) {
    case 'precision':
      return { y: tp, x: tp + fp, issues: tp + fp }
    case 'recall':
      return { y: tp, x: tp + fn, issues: tp + fn }
    case 'f': {
      const weight = beta * beta
      return { y: tp, x: tp + (weight * fn + fp) / (1 + weight), issues: tp + fp + fn }
    }
  }
}

export function score(counts: Counts, choice: MetricChoice): number | null {
  const { y, x } = ratioParts(counts, choice)
  return ratio(y, x)
}

/** `beta` below 1 weighs precision more than recall. */
export function scores(counts: Counts, beta: number): Scores {
  return {
    precision: score(counts, { metric: 'precision', beta }),
    recall: score(counts, { metric: 'recall', beta }),
    f: score(counts, { metric: 'f', beta }),
  }
}

/** The mean of the agents' own F, leaving out agents that have none; each agent weighs the same. */
export function macroF(agents: Iterable<Counts>, beta: number) {
  const values = [...agents].map((counts) => scores(counts, beta).f).filter((f) => f !== null)
  const sum = values.reduce((total, value) => total + value, 0)
  return { value: ratio(sum, values.length), agentsCounted: values.length }
}
