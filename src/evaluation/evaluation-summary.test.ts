import { expect, test } from 'vitest'
import type { EvaluationRun, RepeatCounts } from '../schema/evaluation.ts'
import { summarizeRun } from './evaluation-summary.ts'
import { clusteredInterval } from './interval.ts'

const nothing: RepeatCounts = {
  failed: false,
  agents: {},
  strict: {},
  detection: [0, 0, 0],
  confusion: [],
  fixes: { agreed: 0, judged: 0 },
  duplicates: 0,
  unresolved: 0,
}

function runOf(documents: Record<string, Partial<RepeatCounts>[]>): EvaluationRun {
  return {
    format: 'proofloop-evaluation-run-1',
    dataset: 'memos',
    subject: { kind: 'outputs', files: [] },
    hashes: { dataset: 'd', evaluation: 'e', policy: 'p', subject: 's' },
    documents: Object.entries(documents).map(([id, repeats]) => ({
      id,
      repeats: repeats.map((counts) => ({ ...nothing, ...counts })),
    })),
  }
}

const summary = summarizeRun(
  runOf({
    'memo-1': [
      {
        agents: { Tone: [3, 1, 0], Grammar: [1, 0, 1] },
        strict: { Tone: [2, 2, 1], Grammar: [1, 0, 1] },
        detection: [4, 1, 1],
        confusion: [
          { truth: 'Tone', detected: 'Tone', count: 3 },
          { truth: null, detected: 'Tone', count: 1 },
          { truth: 'Tone', detected: 'Grammar', count: 1 },
          { truth: 'Grammar', detected: null, count: 1 },
        ],
        fixes: { agreed: 1, judged: 2 },
        duplicates: 1,
        unresolved: 1,
      },
      {
        agents: { Tone: [2, 0, 1], Grammar: [1, 0, 1] },
        strict: { Tone: [2, 0, 1], Grammar: [0, 1, 2] },
        detection: [3, 0, 2],
        confusion: [{ truth: 'Tone', detected: 'Tone', count: 2 }],
        fixes: { agreed: 1, judged: 1 },
        unresolved: 2,
      },
    ],
    'memo-2': [
      { agents: { Tone: [1, 0, 0] }, strict: { Tone: [1, 0, 0] }, detection: [1, 0, 0] },
      { failed: true, agents: { Tone: [0, 0, 1] }, strict: { Tone: [0, 0, 1] } },
    ],
  }),
)

test('counts are sums over documents of means over repeats', () => {
  const { Tone, Grammar } = summary.agents
  expect(Tone).toMatchObject({ tp: 3, fp: 0.5, fn: 1 })
  expect(Grammar).toMatchObject({ tp: 1, fp: 0, fn: 1 })
  expect(summary.pooled).toMatchObject({ tp: 4, fp: 0.5, fn: 2 })
  expect(summary.strict).toMatchObject({ tp: 3, fp: 1.5, fn: 3 })
  expect(summary.detection).toMatchObject({ tp: 4, fp: 0.5, fn: 1.5 })
})

test('metrics are made from the counts, each with the interval over documents', () => {
  const rows = [
    [2.5, 0.5, 0.5],
    [0.5, 0, 0.5],
  ] as const
  const choices = {
    precision: { metric: 'precision', beta: 1 },
    recall: { metric: 'recall', beta: 1 },
    f05: { metric: 'f', beta: 0.5 },
    f1: { metric: 'f', beta: 1 },
  } as const
  for (const name of ['precision', 'recall', 'f05', 'f1'] as const) {
    const { value, lower, upper, docs, n, nEff } = clusteredInterval(rows, choices[name])
    expect(summary.agents['Tone']?.[name]).toEqual({ value, lower, upper, docs, n, nEff })
  }
  // 3 of 3.5 detections, 3 of 4 truths; F0.5 = 1.25 · 3 / (1.25 · 3 + 0.25 · 1 + 0.5) = 3.75 / 4.5.
  expect(summary.agents['Tone']?.precision.value).toBeCloseTo(6 / 7, 12)
  expect(summary.agents['Tone']?.recall.value).toBeCloseTo(0.75, 12)
  expect(summary.agents['Tone']?.f05.value).toBeCloseTo(3.75 / 4.5, 12)
  expect(summary.agents['Tone']?.f1.value).toBeCloseTo(6 / 7.5, 12)
})

test('a run and a document: how many there are, and the share that failed', () => {
  expect(summary).toMatchObject({ documents: 2, repeats: 2, errorRate: 0.25 })
  expect(summary.hashes).toEqual({ dataset: 'd', evaluation: 'e', policy: 'p', subject: 's' })
})

test('duplicates, quotes without a place and fixes are means over repeats', () => {
  expect(summary.duplicates).toBe(0.5)
  expect(summary.unresolved).toBe(1.5)
  expect(summary.fixes).toEqual({ agreed: 1, judged: 1.5 })
})

test('cells of the confusion matrix are means over repeats, in order', () => {
  expect(summary.confusion).toEqual([
    { truth: 'Grammar', detected: null, count: 0.5 },
    { truth: 'Tone', detected: 'Grammar', count: 0.5 },
    { truth: 'Tone', detected: 'Tone', count: 2.5 },
    { truth: null, detected: 'Tone', count: 0.5 },
  ])
})

test('the macro means weigh each agent the same and leave out those without a value', () => {
  // Precision 6/7 and 1, recall 3/4 and 1/2, F0.5 3.75/4.5 and 1.25/1.5.
  expect(summary.macro.precision).toBeCloseTo((6 / 7 + 1) / 2, 12)
  expect(summary.macro.recall).toBeCloseTo(0.625, 12)
  expect(summary.macro.f05).toBeCloseTo((3.75 / 4.5 + 1.25 / 1.5) / 2, 12)
  expect(summary.macro.agents).toBe(2)
  const silent = { Tone: [1, 0, 0], Style: [0, 0, 0] } satisfies RepeatCounts['agents']
  const { macro } = summarizeRun(runOf({ memo: [{ agents: silent }] }))
  expect(macro).toEqual({ precision: 1, recall: 1, f05: 1, agents: 1 })
})

test('the document that moves the pooled F0.5 most is named with its share of all movement', () => {
  const good = { agents: { Tone: [4, 0, 0] } } satisfies Partial<RepeatCounts>
  const bad = { agents: { Tone: [0, 8, 0] } } satisfies Partial<RepeatCounts>
  const run = runOf({ 'memo-1': [good], 'memo-2': [bad], 'memo-3': [good] })
  // x is tp + (fn / 4 + fp) / 1.25: 4, 6.4 and 4; y is 4, 0 and 4; the ratio is 8 / 14.4.
  const moved = [4 - (4 * 8) / 14.4, (6.4 * 8) / 14.4, 4 - (4 * 8) / 14.4]
  const total = moved.reduce((sum, one) => sum + one, 0)
  expect(summarizeRun(run).largestContribution).toEqual({
    document: 'memo-2',
    share: expect.closeTo((6.4 * 8) / 14.4 / total, 12),
  })
})

test('where all documents agree none moves the result', () => {
  const good = { agents: { Tone: [4, 0, 0] } } satisfies Partial<RepeatCounts>
  expect(summarizeRun(runOf({ a: [good], b: [good] })).largestContribution).toBeNull()
  expect(summarizeRun(runOf({ a: [{}], b: [{}] })).largestContribution).toBeNull()
})

test('noise needs repeats', () => {
  expect(summary.noise?.repeats).toBe(2)
  expect(summarizeRun(runOf({ a: [{}], b: [{}] })).noise).toBeNull()
})
