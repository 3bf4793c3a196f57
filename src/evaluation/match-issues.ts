import { candidatePairs, type CandidatePair } from './candidate-pairs.ts'
import { type Comparable, prepareIssues } from './comparable-issue.ts'
import { maxWeightAssignment } from './assignment.ts'
import { fixSimilarity } from './fix-agreement.ts'
import { addCounts, type Counts, noCounts } from './metrics.ts'
import { createParagraphIndex, type ParagraphIndex, type ParagraphText } from './paragraph-index.ts'
import type { LocatableIssue, Place } from './resolve-issue.ts'

export interface MatchableIssue extends LocatableIssue {
  type: string
  id?: string | undefined
  suggestedFix?: string | null | undefined
  /** Debatable truth: what it matches counts neither way, and missing it is no miss. */
  ignore?: boolean | undefined
}

export interface MatchOptions {
  /** The document; pass an index to prepare it once for several outputs. */
  paragraphs: readonly ParagraphText[] | ParagraphIndex
  /** The least similarity of a pair, 0.10 unless told. */
  tau?: number
  /** Types that shall have a row of counts even when no issue has them. */
  types?: readonly string[]
}

/** Indexes into the detections and truths that were given. */
export interface Pair {
  detection: number
  truth: number
  similarity: number
}

type DetectionKind =
  | 'match'
  /** A same-type hit on a debatable truth. */
  | 'ignored'
  | 'wrong_type'
  | 'duplicate'
  | 'duplicate_other_type'
  | 'spurious'

/** `null` stands for "none": nothing detected, or nothing there. */
interface ConfusionCell {
  truth: string | null
  detected: string | null
  count: number
}

/** What one document's detections are worth against its truths. */
export interface MatchResult {
  /** Right place and type, in the order of the detections. */
  matches: Pair[]
  /** Right place, wrong type: a false positive of one type and a miss of the other. */
  crossType: Pair[]
  detectionKind: DetectionKind[]
  /** Truths that nothing found, of whatever type. */
  missed: number[]
  perType: Record<string, Counts>
  /** The same with pairs that overlap by at least one half. */
  strict: Record<string, Counts>
  /** Whether something was found at all, of whatever type. */
  anyType: Counts
  confusion: ConfusionCell[]
  /** Matches whose truth has a fix, and how many of those suggest the same. */
  fixes: { agreed: number; judged: number }
  duplicates: number
  /** Detections whose quote is not in the document. */
  unresolved: number
  /** Σ similarity of `matches`. */
  totalWeight: number
  detectionPlaces: (Place | null)[]
  truthPlaces: (Place | null)[]
}

export const defaultTau = 0.1
export const strictTau = 0.5
/** Decides between pairs that overlap equally, and never against one that overlaps more. */
const fixTieBreak = 1e-6

interface Pairing {
  pairs: CandidatePair[]
  /** Detections, by index, that hit nothing but a debatable truth. */
  ignored: Set<number>
}

function assign(pairs: readonly CandidatePair[]): CandidatePair[] {
  const edges = pairs.map((pair) => ({
    row: pair.detection.rank,
    column: pair.truth.rank,
    weight: pair.similarity + fixTieBreak * fixSimilarity(pair.detection.fix, pair.truth.fix),
    pair,
  }))
  return maxWeightAssignment(edges).map(({ pair }) => pair)
}

/** Pairs real truths first; then what is left over and lies on a debatable one is set aside. */
function pairUp(candidates: readonly CandidatePair[]): Pairing {
  const pairs = assign(candidates.filter(({ truth }) => !truth.ignore))
  const paired = new Set(pairs.map(({ detection }) => detection.index))
  const onDebatable = candidates
    .filter(({ detection, truth }) => truth.ignore && !paired.has(detection.index))
    .map(({ detection }) => detection.index)
  return { pairs, ignored: new Set(onDebatable) }
}

interface Sides {
  detections: readonly Comparable[]
  truths: readonly Comparable[]
}

function countByType(sides: Sides, pairing: Pairing, types: readonly string[]) {
  const counts = new Map<string, Counts>(types.map((type) => [type, noCounts]))
  const add = (type: string, more: Counts): void => {
    counts.set(type, addCounts(counts.get(type) ?? noCounts, more))
  }
  const found = new Set(pairing.pairs.map(({ detection }) => detection.index))
  const hit = new Set(pairing.pairs.map(({ truth }) => truth.index))
  for (const { index, type } of sides.detections) {
    if (found.has(index)) add(type, [1, 0, 0])
    else add(type, pairing.ignored.has(index) ? noCounts : [0, 1, 0])
  }
  for (const { index, type, ignore } of sides.truths)
    add(type, ignore || hit.has(index) ? noCounts : [0, 0, 1])
  return counts
}

function toRecord(counts: ReadonlyMap<string, Counts>): Record<string, Counts> {
  const types = [...counts.keys()].toSorted()
  return Object.fromEntries(types.map((type) => [type, counts.get(type) ?? noCounts]))
}

function anyTypeCounts({ detections, truths }: Sides, { pairs, ignored }: Pairing): Counts {
  const real = truths.filter(({ ignore }) => !ignore).length
  return [pairs.length, detections.length - ignored.size - pairs.length, real - pairs.length]
}

/** Right place, wrong type, among what the first stage left over. */
function pairAcrossTypes(candidates: readonly CandidatePair[], found: Pairing): CandidatePair[] {
  const usedDetections = new Set(found.pairs.map(({ detection }) => detection.index))
  const usedTruths = new Set(found.pairs.map(({ truth }) => truth.index))
  return assign(
    candidates.filter(
      ({ detection, truth, sameType }) =>
        !sameType &&
        !truth.ignore &&
        !usedTruths.has(truth.index) &&
        !usedDetections.has(detection.index) &&
        !found.ignored.has(detection.index),
    ),
  )
}

function classify(
  detections: readonly Comparable[],
  candidates: readonly CandidatePair[],
  stages: { found: Pairing; crossType: readonly CandidatePair[] },
): DetectionKind[] {
  const kinds = Array.from(detections, (): DetectionKind => 'spurious')
  for (const { detection, sameType } of candidates) {
    // Whoever is left over on a truth of its type found it taken, or it would have been paired.
    if (sameType) kinds[detection.index] = 'duplicate'
    else if (kinds[detection.index] === 'spurious') kinds[detection.index] = 'duplicate_other_type'
  }
  for (const { detection } of stages.crossType) kinds[detection.index] = 'wrong_type'
  for (const detection of stages.found.ignored) kinds[detection] = 'ignored'
  for (const { detection } of stages.found.pairs) kinds[detection.index] = 'match'
  return kinds
}

function confusionCells(
  { detections, truths }: Sides,
  pairs: readonly CandidatePair[],
  kinds: readonly DetectionKind[],
): ConfusionCell[] {
  const cells = new Map<string, ConfusionCell>()
  const add = (truth: string | null, detected: string | null): void => {
    const key = JSON.stringify([truth, detected])
    const cell = cells.get(key) ?? { truth, detected, count: 0 }
    cell.count++
    cells.set(key, cell)
  }
  const hit = new Set(pairs.map(({ truth }) => truth.index))
  for (const { detection, truth } of pairs) add(truth.type, detection.type)
  for (const { index, type } of detections) {
    const kind = kinds[index]
    if (kind !== 'match' && kind !== 'wrong_type' && kind !== 'ignored') add(null, type)
  }
  for (const { index, type, ignore } of truths) if (!ignore && !hit.has(index)) add(type, null)
  return [...cells.keys()].toSorted().flatMap((key) => cells.get(key) ?? [])
}

function countFixes(pairs: readonly CandidatePair[]): MatchResult['fixes'] {
  const judged = pairs.filter(({ truth }) => truth.fix !== null)
  const agreed = judged.filter(
    ({ detection, truth }) => fixSimilarity(detection.fix, truth.fix) >= 0.9,
  )
  return { agreed: agreed.length, judged: judged.length }
}

function toPairs(pairs: readonly CandidatePair[]): Pair[] {
  return pairs
    .map(({ detection, truth, similarity }) => ({
      detection: detection.index,
      truth: truth.index,
      similarity,
    }))
    .toSorted((a, b) => a.detection - b.detection)
}

function placesInOrder(issues: readonly Comparable[]): (Place | null)[] {
  return issues.toSorted((a, b) => a.index - b.index).map(({ place }) => place)
}

/**
 * Matches one document's detections to its truths: one to one, by optimal assignment on how much
 * they overlap, same type first. Copies of a finding are false positives. The order of the input
 * changes nothing.
 */
export function matchIssues(
  detections: readonly MatchableIssue[],
  truths: readonly MatchableIssue[],
  { paragraphs, tau = defaultTau, types = [] }: MatchOptions,
): MatchResult {
  const index = 'normalized' in paragraphs ? paragraphs : createParagraphIndex(paragraphs)
  const sides: Sides = {
    detections: prepareIssues(detections, index),
    truths: prepareIssues(truths, index),
  }
  const candidates = candidatePairs(sides.detections, sides.truths, tau)
  const sameType = candidates.filter((pair) => pair.sameType)
  const found = pairUp(sameType)
  const strict = pairUp(sameType.filter(({ similarity }) => similarity >= strictTau))
  const crossType = pairAcrossTypes(candidates, found)
  const kinds = classify(sides.detections, candidates, { found, crossType })
  const placed = [...found.pairs, ...crossType]
  const hit = new Set(placed.map(({ truth }) => truth.index))
  const missed = sides.truths.filter((truth) => !truth.ignore && !hit.has(truth.index))
  return {
    matches: toPairs(found.pairs),
    crossType: toPairs(crossType),
    detectionKind: kinds,
    missed: missed.map((truth) => truth.index).toSorted((a, b) => a - b),
    perType: toRecord(countByType(sides, found, types)),
    strict: toRecord(countByType(sides, strict, types)),
    anyType: anyTypeCounts(sides, pairUp(candidates)),
    confusion: confusionCells(sides, placed, kinds),
    fixes: countFixes(found.pairs),
    duplicates: kinds.filter((kind) => kind.startsWith('duplicate')).length,
    unresolved: sides.detections.filter(({ place }) => place === null).length,
    totalWeight: found.pairs.reduce((sum, pair) => sum + pair.similarity, 0),
    detectionPlaces: placesInOrder(sides.detections),
    truthPlaces: placesInOrder(sides.truths),
  }
}
