import { type Counts, scores } from './metrics.ts'

/** Counts of the detections that score `threshold` or more. */
export interface ThresholdCounts {
  threshold: number
  counts: Counts
}

export interface ScoredHit {
  score: number
  /** True positive when all detections are kept. */
  hit: boolean
}

/**
 * Counts at each distinct score, from a single matching. Matching again at each threshold is more
 * exact (a dropped detection may free its truth); feed such counts to `precisionRecallCurve`.
 */
export function countsByThreshold(
  detections: readonly ScoredHit[],
  truths: number,
): ThresholdCounts[] {
  const thresholds = [...new Set(detections.map(({ score }) => score))].toSorted((a, b) => b - a)
  return thresholds.map((threshold) => {
    const kept = detections.filter(({ score }) => score >= threshold)
    const tp = kept.filter(({ hit }) => hit).length
    return { threshold, counts: [tp, kept.length - tp, truths - tp] }
  })
}

/**
 * The precision-recall curve over falling thresholds, its area without interpolation, and the
 * threshold of the best F0.5, of equals the higher. Choose it on data that is not gated on.
 *
 * @returns null when there is no truth, so that recall is undefined
 */
export function precisionRecallCurve(thresholds: readonly ThresholdCounts[]) {
  const points: { threshold: number; precision: number; recall: number }[] = []
  let area = 0
  let lastRecall = 0
  let best: { threshold: number; f: number } | null = null
  for (const { threshold, counts } of thresholds.toSorted((a, b) => b.threshold - a.threshold)) {
    const { precision, recall, f } = scores(counts, 0.5)
    if (recall === null) return null
    if (precision === null || f === null) continue
    area += (recall - lastRecall) * precision
    lastRecall = recall
    points.push({ threshold, precision, recall })
    if (best === null || f > best.f) best = { threshold, f }
  }
  return { averagePrecision: area, points, best }
}
