import { type CandidatePair, createPairFinder } from './candidate-pairs.ts'
import { type Comparable, prepareIssues } from './comparable-issue.ts'
import { fixSimilarity } from './fix-agreement.ts'
import {
  anyTypeCounts,
  confusionCells,
  type ConfusionCell,
  type DetectionKind,
  type Sides,
  typeCounts,
} from './match-counts.ts'
import type { Counts } from './metrics.ts'
import { pairAcrossTypes, type Pairing, pairUp } from './pair-up.ts'
import { createParagraphIndex, type ParagraphText } from '../place/paragraph-index.ts'
import type { LocatableIssue, Place } from '../place/resolve-issue.ts'
import { unlimited, type Work } from '../place/work.ts'

export interface MatchableIssue extends LocatableIssue {
  type: string
  id?: string | undefined
  suggestedFix?: string | null | undefined
  /** Debatable truth: what it matches counts neither way, and missing it is no miss. */
  ignore?: boolean | undefined
}

export interface MatchOptions {
  paragraphs: readonly ParagraphText[]
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

function classify(
  detections: readonly Comparable[],
  candidates: readonly CandidatePair[],
  stages: { found: Pairing; crossType: readonly CandidatePair[] },
): DetectionKind[] {
  const kinds = detections.map((): DetectionKind => 'spurious')
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

function countFixes(pairs: readonly CandidatePair[], work: Work): MatchResult['fixes'] {
  const judged = pairs.filter(({ truth }) => truth.fix !== null)
  const agreed = judged.filter(
    ({ detection, truth }) => fixSimilarity(detection.fix, truth.fix, work) >= 0.9,
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
  const places: (Place | null)[] = issues.map(() => null)
  for (const { index, place } of issues) places[index] = place
  return places
}

/**
 * Prepares a document with its truths once for all outputs that `matchIssues` shall judge. What is returned throws
 * TooMuchWork.
 */
export function createMatcher(
  truths: readonly MatchableIssue[],
  { paragraphs, tau = defaultTau, types = [] }: MatchOptions,
): (detections: readonly MatchableIssue[], work?: Work) => MatchResult {
  const index = createParagraphIndex(paragraphs)
  const preparedTruths = prepareIssues(truths, index)
  const findPairs = createPairFinder(preparedTruths, tau)
  return (detections, work = unlimited) => {
    const sides = { detections: prepareIssues(detections, index, work), truths: preparedTruths }
    return judge(sides, findPairs(sides.detections, work), { types, work })
  }
}

/**
 * Matches one document's detections to its truths: one to one, by optimal assignment on how much
 * they overlap, same type first. Copies of a finding are false positives. The order of the input
 * changes nothing.
 */
export function matchIssues(
  detections: readonly MatchableIssue[],
  truths: readonly MatchableIssue[],
  options: MatchOptions,
): MatchResult {
  return createMatcher(truths, options)(detections)
}

function judge(
  sides: Sides,
  candidates: readonly CandidatePair[],
  { types, work }: { types: readonly string[]; work: Work },
): MatchResult {
  const sameType = candidates.filter((pair) => pair.sameType)
  const found = pairUp(sameType, work)
  const isStrict = ({ similarity }: CandidatePair): boolean => similarity >= strictTau
  const strict = pairUp(sameType.filter(isStrict), work)
  const crossType = pairAcrossTypes(candidates, found, work)
  const kinds = classify(sides.detections, candidates, { found, crossType })
  const placed = [...found.pairs, ...crossType]
  const hit = new Set(placed.map(({ truth }) => truth.index))
  const missed = sides.truths.filter((truth) => !truth.ignore && !hit.has(truth.index))
  return {
    matches: toPairs(found.pairs),
    crossType: toPairs(crossType),
    detectionKind: kinds,
    missed: missed.map((truth) => truth.index).toSorted((a, b) => a - b),
    perType: typeCounts(sides, found, types),
    strict: typeCounts(sides, strict, types),
    anyType: anyTypeCounts(sides, pairUp(candidates, work)),
    confusion: confusionCells({ detections: sides.detections, kinds }, placed, missed),
    fixes: countFixes(found.pairs, work),
    duplicates: kinds.filter((kind) => kind.startsWith('duplicate')).length,
    unresolved: sides.detections.filter(({ place }) => place === null).length,
    totalWeight: found.pairs.reduce((sum, pair) => sum + pair.similarity, 0),
    detectionPlaces: placesInOrder(sides.detections),
    truthPlaces: placesInOrder(sides.truths),
  }
}
