import { unlimited, type Work } from '../place/work.ts'
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

/** What comparing two costs besides their texts, in steps of an LCS. */
const stepsPerPair = 32

/**
 * Prepares a document's truths, so that the detections of several outputs are paired with them: all
 * pairs of similarity `tau` or more that have anything in common. Placed issues meet only those that
 * overlap them; one without a place is compared with all. What is returned throws TooMuchWork.
 */
export function createPairFinder(truths: readonly Comparable[], tau: number) {
  const unplaced = truths.filter(({ place }) => place === null)
  const lanes = createLanes(truths)
  return (detections: readonly Comparable[], work: Work = unlimited): CandidatePair[] => {
    const pairs: CandidatePair[] = []
    const compare = (detection: Comparable, truth: Comparable): void => {
      work.spend(stepsPerPair)
      const value = similarity(detection, truth, work)
      if (value === 0 || value < tau) return
      pairs.push({ detection, truth, similarity: value, sameType: detection.type === truth.type })
    }
    for (const detection of detections) {
      const { place } = detection
      if (place === null) for (const truth of truths) compare(detection, truth)
      else {
        for (const truth of overlapping(lanes.get(place.position), widen(place)))
          compare(detection, truth)
        for (const truth of unplaced) compare(detection, truth)
      }
    }
    return pairs
  }
}
