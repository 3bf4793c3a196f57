import type { Comparable } from './comparable-issue.ts'
import { similarity, widen } from './similarity.ts'

export interface CandidatePair {
  detection: Comparable
  truth: Comparable
  similarity: number
  sameType: boolean
}

/** The truths of one paragraph, so that those that overlap a span are found without trying all. */
interface Lane {
  truths: Comparable[]
  starts: number[]
  /** The furthest end among the truths up to and with this one. */
  reach: number[]
}

function createLane(truths: Comparable[]): Lane {
  const spans = truths
    .flatMap((truth) => (truth.place === null ? [] : [{ truth, ...widen(truth.place) }]))
    .toSorted((a, b) => a.start - b.start || a.truth.rank - b.truth.rank)
  let furthest = Number.NEGATIVE_INFINITY
  return {
    truths: spans.map(({ truth }) => truth),
    starts: spans.map(({ start }) => start),
    reach: spans.map(({ end }) => (furthest = Math.max(furthest, end))),
  }
}

/** How many starts lie before `end`. */
function countBefore(starts: readonly number[], end: number): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((starts[middle] ?? end) < end) low = middle + 1
    else high = middle
  }
  return low
}

function overlapping(lane: Lane | undefined, detection: Comparable): Comparable[] {
  if (lane === undefined || detection.place === null) return []
  const { start, end } = widen(detection.place)
  const found: Comparable[] = []
  for (let i = countBefore(lane.starts, end) - 1; i >= 0 && (lane.reach[i] ?? 0) > start; i--) {
    const truth = lane.truths[i]
    if (truth !== undefined) found.push(truth)
  }
  return found
}

function groupByPosition(truths: readonly Comparable[]): Map<number, Comparable[]> {
  const groups = new Map<number, Comparable[]>()
  for (const truth of truths) {
    if (truth.place === null) continue
    const group = groups.get(truth.place.position)
    if (group === undefined) groups.set(truth.place.position, [truth])
    else group.push(truth)
  }
  return groups
}

/**
 * All pairs of similarity `tau` or more, in document order. Placed issues meet only those that
 * overlap them; one without a place is compared with all.
 */
export function candidatePairs(
  detections: readonly Comparable[],
  truths: readonly Comparable[],
  tau: number,
): CandidatePair[] {
  const unplaced = truths.filter(({ place }) => place === null)
  const lanes = new Map<number, Lane>()
  for (const [position, group] of groupByPosition(truths)) lanes.set(position, createLane(group))

  const pairs: CandidatePair[] = []
  for (const detection of detections) {
    const near =
      detection.place === null
        ? truths
        : [...overlapping(lanes.get(detection.place.position), detection), ...unplaced]
    for (const truth of near) {
      const value = similarity(detection, truth)
      if (value < tau) continue
      const sameType = detection.type === truth.type
      pairs.push({ detection, truth, similarity: value, sameType })
    }
  }
  return pairs
}
