import { contentHash } from '../lib/content-hash.ts'
import type { EvaluationRun, EvaluationSubject, RepeatCounts } from '../schema/evaluation.ts'
import type { Example, LabelledIssue } from '../schema/example.ts'
import { createMatcher, defaultTau, type MatchableIssue, strictTau } from './match-issues.ts'
import type { MatchResult } from './match-issues.ts'
import type { ParagraphText } from '../place/paragraph-index.ts'
import { createWork, TooMuchWork } from '../place/work.ts'

/** A document of the dataset with its text and its truths. */
export type TruthDocument = {
  id: string
  paragraphs: readonly ParagraphText[]
  truths: readonly LabelledIssue[]
}

/** What people found in the documents of a dataset, beside their text. */
export function truthsOf(
  { examples }: { examples: readonly Pick<Example, 'id' | 'issues'>[] },
  documents: ReadonlyMap<string, Pick<TruthDocument, 'paragraphs'>>,
): TruthDocument[] {
  return examples.map(({ id, issues }) => ({
    id,
    paragraphs: documents.get(id)?.paragraphs ?? [],
    truths: issues,
  }))
}

/** What one run found in one document; `error` says why it is not complete. */
export type RunOutput = {
  issues: readonly MatchableIssue[]
  error: string | null
  /** Whether something failed that the flow has no part in: a model that nobody reaches, for example. */
  hostFault?: boolean
  /** The same of a version in production: what it asks there was not there. */
  referenceFault?: boolean
}

/** One run by document id. A document that is not in it has no issues. */
export type Repeat = ReadonlyMap<string, RunOutput>

/** One document's detections of one run, with what each of them is worth. */
export type MatchedRepeat = { output: RunOutput; match: MatchResult }

export type EvaluatedDocument = TruthDocument & { repeats: MatchedRepeat[] }

export type EvaluationOptions = {
  documents: readonly TruthDocument[]
  /** At least one. */
  repeats: readonly Repeat[]
  /** Only truths and detections of these types count; null for all. */
  types: readonly string[] | null
  /** Of comparing what one run found in a document; left out, what no flow that quotes the text comes to. */
  mostWork?: number
}

/** Raised when the same input gives other counts, so that old runs are not compared with new. */
const matchingVersion = 1

/**
 * Matches what each run found to the truths, document by document. A document on which a run failed
 * stays in: what failed has found nothing.
 */
export function evaluateOutputs({
  documents,
  repeats,
  types,
  mostWork,
}: EvaluationOptions): EvaluatedDocument[] {
  return inOrder(documents).map((document) => {
    const match = createDocumentMatcher(document, types, mostWork)
    return {
      ...document,
      truths: ofTypes(document.truths, types),
      repeats: repeats.map((repeat) =>
        match(repeat.get(document.id) ?? { issues: [], error: null }),
      ),
    }
  })
}

/** As a run has them. */
export function inOrder<T extends { id: string }>(documents: readonly T[]): T[] {
  return documents.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/**
 * Steps of comparing what one run found in a document: about ten seconds. With 40 pages, that is some 700 quoted
 * sentences of which not one stands there; quotes that stand in the text cost a thousandth of that.
 */
const mostSteps = 2_000_000_000
const tooLarge =
  'what it reported takes more comparing with the document than a run may [flow-too-large]'

/**
 * Matches what runs found in one document; the truths are prepared once. What would take too much is not compared: the
 * run has failed, and has found nothing.
 */
export function createDocumentMatcher(
  { truths, paragraphs }: TruthDocument,
  types: readonly string[] | null,
  mostWork = mostSteps,
): (output: RunOutput) => MatchedRepeat {
  const match = createMatcher(ofTypes(truths, types), { paragraphs })
  return ({ issues, error }) => {
    const output = { issues: ofTypes(issues, types), error }
    try {
      return { output, match: match(output.issues, createWork(mostWork)) }
    } catch (thrown) {
      if (!(thrown instanceof TooMuchWork)) throw thrown
      return { output: { issues: [], error: error ?? tooLarge }, match: match([]) }
    }
  }
}

function ofTypes<T extends { type: string }>(
  issues: readonly T[],
  types: readonly string[] | null,
): T[] {
  return issues.filter(({ type }) => types === null || types.includes(type))
}

export type RunIdentity = {
  dataset: { name: string; hash: string }
  subject: EvaluationSubject
  subjectHash: string
  policyHash: string
  types: readonly string[] | null
}

/** How issues are matched and counted. */
export function evaluationHash(types: RunIdentity['types']): string {
  return contentHash({
    matchingVersion,
    tau: defaultTau,
    strictTau,
    types: types === null ? null : [...new Set(types)].toSorted(),
  })
}

/** The counts of an evaluation with the hashes that they are bound to. */
export function toEvaluationRun(
  documents: readonly EvaluatedDocument[],
  identity: RunIdentity,
): EvaluationRun {
  const counted = documents.map(({ id, repeats }) => ({ id, repeats: repeats.map(toCounts) }))
  return runOfCounts(counted, identity)
}

/** The same of what was counted before. */
export function runOfCounts(
  documents: EvaluationRun['documents'],
  { dataset, subject, subjectHash, policyHash, types }: RunIdentity,
): EvaluationRun {
  return {
    format: 'proofloop-evaluation-run-1',
    dataset: dataset.name,
    subject,
    hashes: {
      dataset: dataset.hash,
      evaluation: evaluationHash(types),
      policy: policyHash,
      subject: subjectHash,
    },
    documents,
  }
}

/** What one run on one document was worth. */
export function toCounts({ output, match }: MatchedRepeat): RepeatCounts {
  return {
    failed: output.error !== null,
    agents: copyCounts(match.perType),
    strict: copyCounts(match.strict),
    detection: [...match.anyType],
    confusion: match.confusion,
    fixes: match.fixes,
    duplicates: match.duplicates,
    unresolved: match.unresolved,
  }
}

function copyCounts(counts: MatchResult['perType']): RepeatCounts['agents'] {
  return Object.fromEntries(Object.entries(counts).map(([type, own]) => [type, [...own]]))
}
