import { expect, test } from 'vitest'
import {
  evaluateOutputs,
  type EvaluationOptions,
  type RunIdentity,
  toEvaluationRun,
} from './evaluate-outputs.ts'

const text = 'They was late and it will always rain.'
const issue = (type: string, quote: string) => {
  return { type, text: quote, location: {}, suggestedFix: quote }
}

const options: EvaluationOptions = {
  documents: [
    {
      id: 'memo-2',
      paragraphs: [{ index: 0, text }],
      truths: [issue('Grammar', 'was')],
    },
    { id: 'memo-3', paragraphs: [], truths: [] },
    {
      id: 'memo-1',
      paragraphs: [{ index: 0, text }],
      truths: [issue('Grammar', 'was'), issue('Promise', 'will always')],
    },
  ],
  repeats: [
    new Map([
      [
        'memo-1',
        {
          issues: [issue('Grammar', 'was'), issue('Grammar', 'was'), issue('Tone', 'pear')],
          error: null,
        },
      ],
      ['memo-2', { issues: [], error: 'timeout' }],
    ]),
    new Map([['memo-1', { issues: [issue('Grammar', 'will always')], error: null }]]),
  ],
  types: null,
}
const identity: RunIdentity = {
  dataset: { name: 'memos', hash: 'd' },
  subject: { kind: 'outputs', files: ['a.jsonl'] },
  subjectHash: 's',
  policyHash: 'p',
  types: null,
}

test('a saved run has the counts of each document and repeat, the documents by id', () => {
  const run = toEvaluationRun(evaluateOutputs(options), identity)
  expect(run.documents.map(({ id }) => id)).toEqual(['memo-1', 'memo-2', 'memo-3'])
  expect(run.documents[0]?.repeats).toEqual([
    {
      failed: false,
      agents: { Grammar: [1, 1, 0], Promise: [0, 0, 1], Tone: [0, 1, 0] },
      strict: { Grammar: [1, 1, 0], Promise: [0, 0, 1], Tone: [0, 1, 0] },
      detection: [1, 2, 1],
      confusion: [
        { truth: 'Grammar', detected: 'Grammar', count: 1 },
        { truth: 'Promise', detected: null, count: 1 },
        { truth: null, detected: 'Grammar', count: 1 },
        { truth: null, detected: 'Tone', count: 1 },
      ],
      fixes: { agreed: 1, judged: 1 },
      duplicates: 1,
      unresolved: 1,
    },
    expect.objectContaining({
      agents: { Grammar: [0, 1, 1], Promise: [0, 0, 1] },
      detection: [1, 0, 1],
    }),
  ])
})

test('a document that failed, and one that a run does not mention, have found nothing', () => {
  const run = toEvaluationRun(evaluateOutputs(options), identity)
  expect(run.documents[1]?.repeats).toMatchObject([
    { failed: true, agents: { Grammar: [0, 0, 1] } },
    { failed: false, agents: { Grammar: [0, 0, 1] } },
  ])
})

test('only the types that are asked for count, of truths and of detections', () => {
  const [first] = evaluateOutputs({ ...options, types: ['Promise', 'Tone'] })
  expect(first?.truths.map(({ type }) => type)).toEqual(['Promise'])
  expect(first?.repeats.map(({ match }) => match.perType)).toEqual([
    { Promise: [0, 0, 1], Tone: [0, 1, 0] },
    { Promise: [0, 0, 1] },
  ])
  expect(first?.repeats[0]?.output.issues.map(({ type }) => type)).toEqual(['Tone'])
})

test('a run is bound to its dataset, policy and subject, and to how it was evaluated', () => {
  const hashes = (types: RunIdentity['types']) => toEvaluationRun([], { ...identity, types }).hashes
  expect(toEvaluationRun([], identity)).toMatchObject({
    format: 'proofloop-evaluation-run-1',
    dataset: 'memos',
    subject: { kind: 'outputs', files: ['a.jsonl'] },
    hashes: { dataset: 'd', policy: 'p', subject: 's' },
  })
  // Runs that are saved today must stay comparable: a change of this hash is a new version.
  expect(hashes(null).evaluation).toMatchInlineSnapshot(
    `"51e0be09bad6fa76ed6aadcd572535102f072534b44ed413325f925ee3d7c98e"`,
  )
  expect(hashes(['Tone', 'Grammar', 'Tone'])).toEqual(hashes(['Grammar', 'Tone']))
  expect(hashes(['Tone'])).not.toEqual(hashes(null))
  expect(hashes(['Tone'])).not.toEqual(hashes(['Grammar']))
})

test('what takes more comparing than a run may has failed and found nothing, by itself alone', () => {
  const sentence = 'The zebra is always late and nobody knows why. '.repeat(9)
  const nowhere = { type: 'Tone', text: sentence, location: { sourceSentence: sentence } }
  const issues = Array.from({ length: 50 }, () => nowhere)
  const hostile = new Map([...(options.repeats[0] ?? []), ['memo-1', { issues, error: null }]])
  const repeats = [hostile, ...options.repeats]
  const evaluated = evaluateOutputs({ ...options, repeats, mostWork: 100_000 })
  const [tooMuch, honest] = toEvaluationRun(evaluated, identity).documents[0]?.repeats ?? []
  expect(tooMuch).toMatchObject({
    failed: true,
    agents: { Grammar: [0, 0, 1], Promise: [0, 0, 1] },
    unresolved: 0,
  })
  expect(evaluated[0]?.repeats[0]?.output.error).toContain('[flow-too-large]')
  const alone = toEvaluationRun(evaluateOutputs(options), identity)
  expect(honest).toEqual(alone.documents[0]?.repeats[0])
})

test('long runs of marks are compared in steps that are counted', () => {
  const marks = `a${'\u0301\u0316'.repeat(50_000)}`
  const issue = {
    type: 'Tone',
    text: marks,
    suggestedFix: marks,
    location: { sourceSentence: marks },
  }
  const begun = performance.now()
  const repeats = [new Map([['memo-1', { issues: [issue], error: null }]])]
  const evaluated = evaluateOutputs({ ...options, repeats, mostWork: 20_000_000 })
  expect(performance.now() - begun).toBeLessThan(3000)
  expect(evaluated[0]?.repeats[0]?.output.error).toContain('[flow-too-large]')
})
