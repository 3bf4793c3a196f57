import { printable } from '../lib/printable.ts'
import type { EvaluationRun } from '../schema/evaluation.ts'
import { amount, count } from '../schema/figure-words.ts'
import type { EvaluationSummary, Measures } from './evaluation-summary.ts'
import { indelSimilarity } from '../place/indel.ts'
import { normalizeText } from '../place/normalize-text.ts'

const leastDocuments = 5
const leastIssues = 10
const gateDocuments = 20
const tolerableErrorRate = 0.02
const leastTypeSimilarity = 0.75

/** Whether a figure rests on so little that its value should not be acted on. */
export function isTooFewToJudge({ f05 }: Measures): boolean {
  return f05.docs < leastDocuments || f05.n < leastIssues
}

/** What a reader of the figures must know, in sentences; the most serious first. */
export function evaluationNotes(summary: EvaluationSummary, run: EvaluationRun): string[] {
  return [
    ...errorNotes(summary),
    ...unknownTypeNotes(summary),
    ...uncoveredTypeNotes(summary, run),
    ...sharedTypeNotes(run),
    ...undefinedNotes(summary),
    ...tooFewNotes(summary),
    ...contributionNotes(summary),
    ...quoteNotes(summary),
    ...repeatNotes(summary),
  ]
}

function errorNotes({ errorRate, documents, repeats }: EvaluationSummary): string[] {
  if (errorRate === 0) return []
  const failed = Math.round(errorRate * documents * repeats)
  const gate =
    errorRate > tolerableErrorRate ? ' With more than 2 % no comparison can pass or fail.' : ''
  return [
    `${failed} of ${documents * repeats} documents failed (${percent(errorRate)}); what was not found there counts as missed.${gate}`,
  ]
}

/** A typo in a type is otherwise silent: a false alarm here and a miss there. */
function unknownTypeNotes({ agents }: EvaluationSummary): string[] {
  const known = Object.keys(agents).filter((type) => !isUnknown(agents[type]))
  return Object.entries(agents)
    .filter(([, measures]) => isUnknown(measures))
    .map(([type, { fp }]) => {
      const close = known
        .map((name) => ({
          name,
          similarity: indelSimilarity(normalizeText(name), normalizeText(type)),
        }))
        .toSorted((a, b) => b.similarity - a.similarity)[0]
      const isTypo = close !== undefined && close.similarity >= leastTypeSimilarity
      const advice = isTypo
        ? `Did you mean ${quote(close.name)}?`
        : `The types of the dataset are: ${known.map(quote).join(', ') || 'none'}.`
      const ofIt = fp === 1 ? 'its one detection is a' : `all ${amount(fp)} detections of it are`
      return `No issue of the dataset has the type ${quote(type)}, so ${ofIt} false positive${fp === 1 ? '' : 's'}. ${advice}`
    })
}

function isUnknown(measures: Measures | undefined): boolean {
  return measures !== undefined && measures.tp + measures.fn === 0 && measures.fp > 0
}

function uncoveredTypeNotes({ agents }: EvaluationSummary, { subject }: EvaluationRun): string[] {
  if (subject.kind !== 'flow') return []
  const reported = new Set(subject.agents.map(({ type }) => type))
  return Object.entries(agents)
    .filter(([type, { fn }]) => !reported.has(type) && fn > 0)
    .map(([type, { fn }]) => {
      return `No agent that ran reports ${quote(type)}: all ${amount(fn)} such issues are missed. Leave them out with --agents.`
    })
}

/** Rows are types: two agents of one type are measured as if they were one. */
function sharedTypeNotes({ subject }: EvaluationRun): string[] {
  if (subject.kind !== 'flow') return []
  const byType = [...Map.groupBy(subject.agents, ({ type }) => type)]
  return byType.flatMap(([type, agents]) => {
    if (agents.length < 2) return []
    const names = agents.map(({ name }) => name).join(' and ')
    return [
      `${names} report the same type, ${quote(type)}: what several of them find counts once as right and then as duplicates. Measure them one at a time with --agents.`,
    ]
  })
}

function undefinedNotes({ agents, pooled }: EvaluationSummary): string[] {
  if (pooled.tp + pooled.fp + pooled.fn === 0) {
    return ['The dataset has no issue and nothing was detected: there is nothing to judge.']
  }
  const silent = namesWhere(agents, ({ precision }) => precision.value === null)
  return silent === '' ? [] : [`Precision cannot be told where nothing was detected: ${silent}.`]
}

function tooFewNotes({ agents, pooled, documents }: EvaluationSummary): string[] {
  const few = namesWhere(agents, isTooFewToJudge)
  const limits = `fewer than ${leastDocuments} documents or ${leastIssues} issues`
  return [
    ...(isTooFewToJudge(pooled) ? [`All agents together are too few to judge: ${limits}.`] : []),
    ...(few === '' ? [] : [`Too few to judge (${limits}): ${few}.`]),
    ...(documents < gateDocuments
      ? [
          `${count(documents, 'document')}: a comparison of two runs needs ${gateDocuments}, better 60, to pass.`,
        ]
      : []),
  ]
}

function contributionNotes({ largestContribution }: EvaluationSummary): string[] {
  if (largestContribution === null || largestContribution.share <= 0.25) return []
  const { document, share } = largestContribution
  return [
    `One document, ${quote(document)}, makes ${percent(share)} of what moves the pooled F0.5: read it before you trust the interval.`,
  ]
}

function quoteNotes({ unresolved, pooled }: EvaluationSummary): string[] {
  if (unresolved === 0) return []
  const detections = pooled.tp + pooled.fp
  return [
    `${amount(unresolved)} of ${amount(detections)} detections a run (${percent(unresolved / detections)}) quote text that is not in their document.`,
  ]
}

function repeatNotes({ repeats, noise, documents }: EvaluationSummary): string[] {
  if (repeats === 1) return ['One run: how much runs differ from each other cannot be told.']
  if (noise === null) return []
  if (noise.floor === 0) return [`The ${repeats} runs do not differ in what counts: no noise.`]
  const { floor, minimumDetectableEffect, documentsNeeded, margin } = noise
  return [
    `Noise floor: pooled F0.5 of two such evaluations of the same thing differs by up to ${points(floor)} points.`,
    `A true change below ${points(minimumDetectableEffect)} points is likely to stay unseen on these documents with ${repeats} runs.`,
    `For a change that changes nothing to pass within ${points(margin)} points, 8 times in 10: ${count(documentsNeeded, 'document')} (here ${documents}).`,
  ]
}

/** Points are hundredths of F. */
function points(share: number): string {
  return (100 * share).toFixed(1)
}

function namesWhere(
  agents: EvaluationSummary['agents'],
  test: (measures: Measures) => boolean,
): string {
  const names = Object.entries(agents).filter(([, measures]) => test(measures))
  return names.map(([name]) => quote(name)).join(', ')
}

function quote(name: string): string {
  return `“${printable(name)}”`
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
