import { unlimited, type Work } from '../place/work.ts'
import { maxWeightAssignment } from './assignment.ts'
import type { CandidatePair } from './candidate-pairs.ts'
import { fixSimilarity } from './fix-agreement.ts'

export interface Pairing {
  pairs: CandidatePair[]
  /** Detections, by index, that are in a pair. */
  paired: ReadonlySet<number>
  /** Detections, by index, that hit nothing but a debatable truth. */
  ignored: ReadonlySet<number>
}

/** Decides between pairs that overlap equally, and never against one that overlaps more. */
const fixTieBreak = 1e-6

function assign(pairs: readonly CandidatePair[], work: Work): CandidatePair[] {
  const edges = pairs.map((pair) => ({
    row: pair.detection.rank,
    column: pair.truth.rank,
    weight: pair.similarity + fixTieBreak * fixSimilarity(pair.detection.fix, pair.truth.fix, work),
    pair,
  }))
  return maxWeightAssignment(edges, work).map(({ pair }) => pair)
}

/**
 * Pairs real truths first; then what is left over and lies on a debatable one is set aside.
 * @throws TooMuchWork
 */
export function pairUp(candidates: readonly CandidatePair[], work: Work = unlimited): Pairing {
  const real = candidates.filter(({ truth }) => !truth.ignore)
  const pairs = assign(real, work)
  const paired = new Set(pairs.map(({ detection }) => detection.index))
  const onDebatable = candidates
    .filter(({ detection, truth }) => truth.ignore && !paired.has(detection.index))
    .map(({ detection }) => detection.index)
  return { pairs, paired, ignored: new Set(onDebatable) }
}

/** Right place, wrong type, among what the first stage left over. @throws TooMuchWork */
export function pairAcrossTypes(
  candidates: readonly CandidatePair[],
  { pairs, paired, ignored }: Pairing,
  work: Work = unlimited,
): CandidatePair[] {
  const usedTruths = new Set(pairs.map(({ truth }) => truth.index))
  const left = candidates.filter(
    ({ detection, truth, sameType }) =>
      !sameType &&
      !truth.ignore &&
      !usedTruths.has(truth.index) &&
      !paired.has(detection.index) &&
      !ignored.has(detection.index),
  )
  return assign(left, work)
}
