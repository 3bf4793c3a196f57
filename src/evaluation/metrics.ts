/** True positives, false positives, false negatives; means over repeats, so fractions are fine. */
export type Counts = readonly [tp: number, fp: number, fn: number]

export interface Scores {
  /** `null` where the denominator is zero: nothing to judge is not the same as all wrong. */
  precision: number | null
  recall: number | null
  f: number | null
}

export function ratio(numerator: number, denominator: number): number | null {
  return denominator > 0 ? numerator / denominator : null
}

/** `beta` below 1 weighs precision more than recall. */
export function scores([tp, fp, fn]: Counts, beta: number): Scores {
  const weight = beta * beta
  return {
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    f: ratio((1 + weight) * tp, (1 + weight) * tp + weight * fn + fp),
  }
}
