import { createHash } from 'node:crypto'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import { Split } from '../schema/access.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { EvaluationRun } from '../schema/evaluation.ts'
import type { EvaluationDetails } from '../schema/evaluation-details.ts'
import type { Issue } from '../schema/issue.ts'
import type { ChangeDecision, ChangeRevision, DeploymentRequest } from '../schema/stored-change.ts'
import type { GateCall } from '../schema/stored-gate-call.ts'
import type { DatasetEntry, DatasetVersion } from '../schema/stored-dataset.ts'
import type { NewReadMark } from '../schema/stored-read-mark.ts'
import type { NewVerdict } from '../schema/stored-verdict.ts'
import type { Judgement } from '../schema/verdict.ts'
import type { NewChange } from './changes.ts'
import type { NewVersion } from './datasets.ts'
import type { LabelSetChange } from './label-sets.ts'
import type { Store } from './store.ts'
import type { GateEnd, NewGate } from './gates.ts'

// What the contract, the fault tests and the benchmark put into a store.

export const answer = { value: { issues: [1.5, 'é'] }, inputTokens: 10, outputTokens: null }

export const gateCall: GateCall = {
  agent: 'grammar',
  alias: 'large',
  provider: 'openai',
  model: 'large-1',
  messages: [{ role: 'user', content: 'Is “é” good?' }],
  schema: '{"type":"object"}',
  schemaName: 'found_issues',
  parameters: { temperature: 0 },
  answer: answer.value,
  said: null,
  fault: null,
  inputTokens: 10,
  outputTokens: null,
  isKept: false,
}

export const evaluationRun: EvaluationRun = {
  format: 'proofloop-evaluation-run-1',
  dataset: 'booklets',
  subject: { kind: 'outputs', files: ['run.jsonl'] },
  hashes: { dataset: 'dataset', evaluation: 'evaluation', policy: 'policy', subject: 'subject' },
  documents: [
    {
      id: 'a',
      repeats: [
        {
          failed: false,
          agents: { grammar: [1, 2, 3] },
          strict: {},
          detection: [1, 0, 0],
          confusion: [],
          fixes: { agreed: 0.5, judged: 1 },
          duplicates: 0,
          unresolved: 0,
        },
      ],
    },
  ],
}

export const evaluationDetails: EvaluationDetails = {
  mistakes: [
    {
      kind: 'missed',
      document: 'a',
      detected: null,
      truth: { type: 'grammar', text: 'teh' },
      sentence: 'In teh end.',
      paragraph: { index: 0, text: 'In teh end.' },
      detectedRange: null,
      truthRange: { start: 3, end: 6 },
    },
  ],
  mistakesLeftOut: 0,
  account: null,
  failures: [],
}

export function newBundle(person: string) {
  return {
    person,
    sha256: 'b'.repeat(64),
    name: 'my flow',
    bytes: 2000,
    agents: ['grammar', 'tone'],
  }
}

export function newEvaluation(id: string) {
  return {
    id,
    requester: 'ann',
    flowVersion: null,
    dataset: 'booklets',
    datasetHash: 'dataset',
    agents: ['grammar'],
    repeats: 3,
    environment: 'dev' as const,
  }
}

export function newGate(
  id: string,
  {
    author = 'ann',
    every = null,
    solo = false,
  }: Partial<Pick<NewGate, 'author' | 'every' | 'solo'>> = {},
): NewGate {
  return {
    id,
    author,
    flow: 'flow',
    candidate: 'gated',
    baseline: 'gated',
    anchor: null,
    dataset: 'booklets',
    testSet: 'test',
    models: 'models',
    look: 0,
    policy: '{}',
    walls: { isolation: 'os', boundary: 'users' },
    solo,
    requester: null,
    every,
  }
}

export function newAudit(gate: string) {
  return { gate, requester: 'cleo', margin: 0.05, testSet: 'test', every: null as number | null }
}

export const gateEnd: GateEnd = {
  verdict: 'CANT_TELL',
  cause: 'quality',
  reasons: ['TOO_FEW_DOCUMENTS'],
  hashes: { candidate: 'c', baseline: 'b', anchor: null, testSet: 'test', policy: 'p' },
  measures: { candidate: ['one'], baseline: ['two'], anchor: null },
  key: 'key',
  walls: { isolation: 'process', boundary: 'none' },
  charge: 1,
  endedAt: 5,
  answerAt: 10,
  receipt: '{}',
}

export function newDocument(
  sha256: string,
  { split = 'evaluation' as 'evaluation' | 'test' | 'audit' } = {},
) {
  return {
    sha256,
    name: `${sha256}.pdf`,
    mediaType: 'application/pdf',
    bytes: 3_000_000_000,
    uploader: 'ann',
    group: { id: `group-${sha256}`, split, shownToEngineer: false },
  }
}

/** Long enough to be stored in several parts. */
export function longDocument(sha256: string): ReviewDocument {
  const quad = [1, 2, 3, 4, 5, 6, 7.5, 8] as ReviewDocument['paragraphs'][0]['words'][0]['quad']
  return {
    sha256,
    name: `${sha256}.pdf`,
    language: 'en',
    pages: [{ number: 1, width: 612, height: 792, hasText: true }],
    paragraphs: Array.from({ length: 50 }, (_, index) => ({
      index,
      page: 1,
      text: 'word '.repeat(100),
      role: 'body' as const,
      words: Array.from({ length: 100 }, (_word, i) => ({
        text: 'word',
        start: i * 5,
        end: i * 5 + 4,
        page: 1,
        quad,
      })),
    })),
  }
}

export function newReview(document: string) {
  return {
    id: timeOrderedId(),
    document,
    flowVersion: 'flow-hash',
    issueOrder: 'random' as const,
    fullReview: true,
    requester: 'ann',
  }
}

/** Of the text of the example `a` in `letters`, not saved yet. */
export function newLabelSet(person: string): LabelSetChange {
  return {
    dataset: 'letters',
    example: 'a',
    document: datasetEntry('a', 'evaluation').document,
    person,
    state: 'draft',
    issues: [{ type: 'Tone', text: 'a', location: {} }],
    revision: 0,
  }
}

export function datasetEntry(
  id: string,
  split: Split,
  more: Partial<DatasetEntry> = {},
): DatasetEntry {
  const group = `group ${id}`
  const named = { group, textGroup: group, document: `text ${id}`, hash: `content ${id}` }
  const types = [{ type: 'Tone', issues: 1 }]
  return { id, split, ...named, issues: 1, types, provenance: null, ...more }
}

export function newDatasetVersion(
  entries: DatasetEntry[],
  { hash, after = null }: { hash: string; after?: DatasetVersion | null },
): NewVersion {
  const bySplit = Map.groupBy(entries, ({ split }) => split)
  return {
    dataset: 'letters',
    after,
    createdBy: 'ann',
    provenance: { source: 'a.jsonl', note: null, groups: { kept: 0, drawn: 1, chosen: 2 } },
    hash,
    splits: Split.options
      .filter((split) => bySplit.has(split))
      .map((split) => ({
        split,
        examples: bySplit.get(split)?.length ?? 0,
        issues: bySplit.get(split)?.length ?? 0,
        types: [{ type: 'Tone', issues: 1 }],
        hash: contentOf(bySplit.get(split) ?? []),
      })),
    entries,
    contents: entries.map(({ id, document, hash: content }) => ({
      document,
      hash: content,
      paragraphs: [{ index: 0, page: 2, text: `This is ${id}.` }],
      labels: { issues: [{ type: 'Tone', text: id, location: {} }], extra: { lang: 'en' } },
    })),
  }
}

export const letters = [
  datasetEntry('a', 'evaluation'),
  datasetEntry('b', 'test'),
  datasetEntry('c', 'evaluation'),
  datasetEntry('d', 'audit'),
]

/** The dataset `letters`, and its first version. */
export async function addLetters({ datasets }: Pick<Store, 'datasets'>): Promise<DatasetVersion> {
  return datasets.addVersion(newDatasetVersion(letters, { hash: 'aa11' }))
}

/** As long as they differ with the content it does not matter what they are. */
export function contentOf(entries: DatasetEntry[]): string {
  return createHash('sha256')
    .update(entries.map(({ hash }) => hash).join())
    .digest('hex')
}

export type Preparable = Pick<Store, 'documents' | 'flowVersions' | 'reviews' | 'parts'>

export async function prepare(store: Preparable): Promise<void> {
  await store.documents.add(newDocument('a'))
  await store.flowVersions.put({ hash: 'flow-hash', name: 'review', manifest: {} })
}

/** A running review of document a with its first of two parts done. */
export async function reviewWithIssues(store: Preparable, count: number) {
  await prepare(store)
  const { id: review } = await store.reviews.create(newReview('a'))
  await store.reviews.start(review)
  await store.parts.plan(
    review,
    [0, 1].map((chunk) => ({ agent: 'grammar', chunk })),
  )
  const issues = Array.from({ length: count }, (_, i) => newIssue(i))
  const part = { review, agent: 'grammar', chunk: 0 }
  await store.parts.finish(part, { issues, leftOut: 4, events: [event('issues')] })
  return { review, issues }
}

export function event(kind: string) {
  return { kind, content: { some: ['issue'] } }
}

export function newIssue(i: number): Issue {
  return {
    id: timeOrderedId(),
    type: 'Spelling',
    agent: 'grammar',
    text: 'teh',
    explanation: 'A typo.',
    suggestedFix: 'the',
    score: 7.5,
    unresolved: false,
    location: {
      sourceSentence: 'It is teh end.',
      page: 1,
      paragraph: i,
      start: i * 10,
      end: i * 10 + 3,
      quads: [],
    },
  }
}

export function verdict(review: string, issue: Issue, judgement: Judgement): NewVerdict {
  const added = judgement.kind === 'missed' ? issue : null
  return { id: timeOrderedId(), review, issue: issue.id, person: 'ann', judgement, added }
}

export function readMark(
  review: string,
  document = 'a',
  more: Partial<NewReadMark> = {},
): NewReadMark {
  return { id: timeOrderedId(), document, review, person: 'ann', kind: 'read', ...more }
}

export function newChange(id: string, change: Partial<NewChange> = {}): NewChange {
  return {
    id,
    forge: 'local',
    reference: id,
    title: 'Ask for less',
    description: '',
    branch: id,
    author: 'ann',
    ...change,
  }
}

export function newRevision(change: string, sequence: number): Omit<ChangeRevision, 'seenAt'> {
  return {
    change,
    sequence,
    head: 'head',
    base: 'base',
    tree: 'tree',
    testedOn: 'head',
    conflicts: [],
    policyFiles: ['proofloop.config.ts'],
    writers: ['bob'],
    writtenBy: { people: ['bob-on-forge'], addresses: ['bob@example.org'] },
    commits: 2,
  }
}

export function newDecision(change: string): Omit<ChangeDecision, 'decidedAt'> {
  return {
    id: 'decision',
    change,
    person: 'ada',
    decision: 'approved',
    head: 'head',
    tree: 'tree',
    gate: null,
    reason: 'Say what a deadline is.',
    reasonTold: true,
    solo: false,
    record: null,
  }
}

export function newRequest(
  change: string,
  request: Partial<DeploymentRequest> = {},
): Omit<DeploymentRequest, 'requestedAt'> {
  return {
    change,
    commit: 'commit',
    tree: 'tree',
    version: 'gated',
    gate: 'gate',
    receipt: '{}',
    override: null,
    ...request,
  }
}
