import type { Comparable } from './comparable-issue.ts'
import { similarity, type Span, widen } from './similarity.ts'

export interface CandidatePair {
  detection: Comparable
  truth: Comparable
  similarity: number
  sameType: boolean
}

interface Placed extends Span {
  truth: Comparable
}

/** The truths of one paragraph, so that those that overlap a span are found without trying all. */
interface Lane {
  starts: number[]
  /** In the order of their starts; `reach` is the furthest end up to and with this one. */
  entries: { truth: Comparable; reach: number }[]
}

function createLane(truths: readonly Placed[]): Lane {
  const spans = truths.toSorted((a, b) => a.start - b.start)
  let reach = Number.NEGATIVE_INFINITY
  const entries = spans.map(({ truth, end }) => ({ truth, reach: (reach = Math.max(reach, end)) }))
  return { starts: spans.map(({ start }) => start), entries }
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

function overlapping(lane: Lane | undefined, { start, end }: Span): Comparable[] {
  if (lane === undefined) return []
  const found: Comparable[] = []
  for (let i = countBefore(lane.starts, end) - 1; ; i--) {
    const entry = lane.entries[i]
    if (entry === undefined || entry.reach <= start) return found
    found.push(entry.truth)
  }
}

function createLanes(truths: readonly Comparable[]): Map<number, Lane> {
  const groups = new Map<number, Placed[]>()
  for (const truth of truths) {
    if (truth.place === null) continue
    const placed = { truth, ...widen(truth.place) }
    const group = groups.get(truth.place.position)
    if (group === undefined) groups.set(truth.place.position, [placed])
    else group.push(placed)
  }
  return new Map([...groups].map(([position, group]) => [position, createLane(group)]))
}

/**
 * All pairs of similarity `tau` or more that have anything in common. Placed issues meet only those
 * that overlap them; one without a place is compared with all.
 */
export function candidatePairs(
  detections: readonly Comparable[],
  truths: readonly Comparable[],
  tau: number,
): CandidatePair[] {
  const unplaced = truths.filter(({ place }) => place === null)
  const lanes = createLanes(truths)
  const pairs: CandidatePair[] = []
  for (const detection of detections) {
    const near =
      detection.place === null
        ? truths
        : [...overlapping(lanes.get(detection.place.position), widen(detection.place)), ...unplaced]
    for (const truth of near) {
      const value = similarity(detection, truth)
      if (value === 0 || value < tau) continue
      const sameType = detection.type === truth.type
      pairs.push({ detection, truth, similarity: value, sameType })
    }
  }
  return pairs
}
