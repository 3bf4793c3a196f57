import { z } from 'zod'
import { check, runVectors } from '../../test/run-vectors.ts'
import { maxWeightAssignment } from './assignment.ts'
import { matchIssues } from './match-issues.ts'
import { mucCounts } from './muc-counts.ts'
import type { Place } from '../place/resolve-issue.ts'

const VectorIssue = z
  .object({
    type: z.string(),
    text: z.string(),
    location: z.object({ source_sentence: z.string(), para_index: z.int() }),
  })
  .transform(({ location, ...issue }) => ({
    ...issue,
    location: { sourceSentence: location.source_sentence, paragraph: location.para_index },
  }))

const MatchInput = z.object({
  paragraphs: z.array(z.string()),
  detections: z.array(VectorIssue),
  truths: z.array(VectorIssue),
  tau: z.number(),
})

function toTuple(place: Place | null) {
  return place === null ? null : [place.position, place.start, place.end, place.level]
}

function matchCase({ paragraphs, detections, truths, tau }: z.infer<typeof MatchInput>) {
  const result = matchIssues(detections, truths, {
    paragraphs: paragraphs.map((text, index) => ({ index, text })),
    tau,
    types: ['G', 'D'],
  })
  const cells = result.confusion.map(({ truth, detected, count }) => [
    `${truth ?? 'none'}>${detected ?? 'none'}`,
    count,
  ])
  const perType = Object.entries(result.perType).map(([type, [tp, fp, fn]]) => [
    type,
    { tp, fp, fn },
  ])
  return {
    ...result,
    matches: result.matches.map(({ detection, truth }) => [detection, truth]),
    matchSimilarities: result.matches.map(({ similarity }) => similarity),
    crossType: result.crossType.map(({ detection, truth }) => [detection, truth]),
    perType: Object.fromEntries(perType),
    confusion: Object.fromEntries(cells),
    resolvedDetections: result.detectionPlaces.map(toTuple),
    resolvedTruths: result.truthPlaces.map(toTuple),
  }
}

runVectors('03_matching', {
  matchIssues: check(MatchInput, matchCase),
  assign: check(
    z.object({ edges: z.array(z.tuple([z.int(), z.int(), z.number()])) }),
    ({ edges }) => {
      const graph = edges.map(([row, column, weight]) => ({ row, column, weight }))
      const chosen = maxWeightAssignment(graph)
      return { totalWeight: chosen.reduce((sum, { weight }) => sum + weight, 0) }
    },
  ),
  mucCounts: check(
    z.object({
      pairs: z.array(z.tuple([z.boolean(), z.enum(['exact', 'partial', 'missing', 'spurious'])])),
    }),
    ({ pairs }) => mucCounts(pairs.map(([sameType, span]) => ({ sameType, span }))),
  ),
})
