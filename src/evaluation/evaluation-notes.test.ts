import { expect, test } from 'vitest'
import type { EvaluationRun } from '../schema/evaluation.ts'
import { toEvaluationRun, evaluateOutputs, type Repeat } from './evaluate-outputs.ts'
import { evaluationNotes } from './evaluation-notes.ts'
import { summarizeRun } from './evaluation-summary.ts'
import type { MatchableIssue } from './match-issues.ts'

const text = 'They was late and it will always rain.'
const was = { type: 'Grammar', text: 'was', location: {} }

function run(
  documents: number,
  repeats: Repeat[],
  subject: EvaluationRun['subject'] = { kind: 'outputs', files: [] },
): EvaluationRun {
  const evaluated = evaluateOutputs({
    documents: Array.from({ length: documents }, (_, index) => ({
      id: `memo-${index}`,
      paragraphs: [{ index: 0, text }],
      truths: [was],
    })),
    repeats,
    types: null,
  })
  const dataset = { name: 'memos', hash: 'd' }
  return toEvaluationRun(evaluated, {
    dataset,
    subject,
    subjectHash: 's',
    policyHash: 'p',
    types: null,
  })
}

function notes(evaluation: EvaluationRun): string {
  return evaluationNotes(summarizeRun(evaluation), evaluation).join('\n')
}

function found(document: string, issues: MatchableIssue[]): Repeat {
  return new Map([[document, { issues, error: null }]])
}

test('a type that no agent of the flow reports is named', () => {
  const agents = [{ name: 'tone', type: 'Tone', hash: 'h' }]
  const evaluation = run(30, [new Map()], { kind: 'flow', flow: 'f', agents })
  expect(notes(evaluation)).toContain('No agent that ran reports “Grammar”: all 30 such issues')
})

test('agents that report the same type are named: what both find counts as a duplicate', () => {
  const agents = ['rules', 'model'].map((name) => ({ name, type: 'Grammar', hash: 'h' }))
  const together = run(30, [new Map()], { kind: 'flow', flow: 'f', agents })
  expect(notes(together)).toContain('rules and model report the same type, “Grammar”: what several')
  const alone = run(30, [new Map()], { kind: 'flow', flow: 'f', agents: agents.slice(0, 1) })
  expect(notes(alone)).not.toContain('the same type')
})

test('quotes that are not in the document are counted and named', () => {
  const invented = { type: 'Grammar', text: 'pineapple', location: {} }
  const { unresolved } = summarizeRun(run(30, [found('memo-1', [was, invented])]))
  expect(unresolved).toBe(1)
  expect(notes(run(30, [found('memo-1', [was, invented])]))).toContain(
    '1 of 2 detections a run (50.0 %) quote text that is not in their document',
  )
})

test('one document that moves the result more than a quarter is named', () => {
  const wrong = Array.from({ length: 40 }, () => ({ ...was, text: 'late' }))
  const repeat: Repeat = new Map(
    Array.from({ length: 30 }, (_, index) => [
      `memo-${index}`,
      { issues: index === 7 ? wrong : [was], error: null },
    ]),
  )
  expect(notes(run(30, [repeat]))).toMatch(/One document, “memo-7”, makes \d\d\.\d % /)
})

test('failed documents are named with their share, and what it means for a comparison', () => {
  const failed: Repeat = new Map([['memo-1', { issues: [], error: 'timeout' }]])
  expect(notes(run(30, [failed]))).toContain('1 of 30 documents failed (3.3 %)')
  expect(notes(run(30, [failed]))).toContain('no comparison can pass or fail')
})

test('a dataset without an issue and no detection is nothing to judge', () => {
  const evaluation = run(30, [new Map()])
  const documents = evaluation.documents.map((document) => ({
    ...document,
    repeats: document.repeats.map((counts) => ({ ...counts, agents: {} })),
  }))
  expect(notes({ ...evaluation, documents })).toContain('there is nothing to judge')
})

test('with repeats the notes say what differs by chance alone', () => {
  const right = found('memo-0', [was])
  const evaluation = run(30, [right, new Map(), right])
  expect(notes(evaluation)).toMatch(/Noise floor: .* up to \d+\.\d points/)
  expect(notes(evaluation)).toMatch(
    /to pass within 3\.0 points, 8 times in 10: \d+ documents? \(here 30\)/,
  )
  expect(notes(run(30, [right, right]))).toContain('The 2 runs do not differ in what counts')
})
