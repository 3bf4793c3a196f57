import { expect, test } from 'vitest'
import type { EvaluationRun } from '../schema/evaluation.ts'
import { toEvaluationRun, evaluateOutputs, type Repeat } from './evaluate-outputs.ts'
import { amount, count } from '../schema/figure-words.ts'
import { evaluationNotes, isTooFewToJudge } from './evaluation-notes.ts'
import { type Measures, summarizeRun } from './evaluation-summary.ts'
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

function typed(type: string): MatchableIssue {
  return { ...was, type }
}

/** Each document's own findings, from the first document on. */
function foundEach(...documents: MatchableIssue[][]): Repeat {
  return new Map(documents.map((issues, index) => [`memo-${index}`, { issues, error: null }]))
}

const oneRun = 'One run: how much runs differ from each other cannot be told.'

test('an evaluation that is large enough and in order has nothing to note but its single run', () => {
  const all = foundEach(...Array.from({ length: 20 }, () => [was]))
  expect(evaluationNotes(summarizeRun(run(20, [all])), run(20, [all]))).toEqual([oneRun])
  const agents = [{ name: 'grammar', type: 'Grammar', hash: 'h' }]
  const flow = run(20, [all], { kind: 'flow', flow: 'f', agents })
  expect(evaluationNotes(summarizeRun(flow), flow)).toEqual([oneRun])
})

test('a type that the dataset does not know is named, with the one that it may stand for', () => {
  const all = Array.from({ length: 20 }, (_, index) => (index < 3 ? [typed('Gramar')] : [was]))
  expect(notes(run(20, [foundEach(...all)]))).toContain(
    'No issue of the dataset has the type “Gramar”, so all 3 detections of it are false positives. Did you mean “Grammar”?',
  )
  const other = [[typed('Tone')], ...all.slice(3)]
  expect(notes(run(20, [foundEach(...other)]))).toContain(
    'No issue of the dataset has the type “Tone”, so its one detection is a false positive. The types of the dataset are: “Grammar”.',
  )
})

test('a type that has issues, found or missed, or that nothing has, is known', () => {
  const evaluation = run(30, [new Map()])
  const summary = summarizeRun(evaluation)
  const counts = (tp: number, fp: number, fn: number): Measures => {
    return { ...summary.pooled, tp, fp, fn }
  }
  const agents = {
    Found: counts(1, 1, 0),
    Missed: counts(0, 1, 1),
    Half: counts(1, 1, 1),
    Silent: counts(0, 0, 0),
  }
  expect(evaluationNotes({ ...summary, agents }, evaluation).join(' ')).not.toContain(
    'No issue of the dataset',
  )
})

test('where as many are missed as are detected there is something to judge', () => {
  const evaluation = run(30, [new Map()])
  const summary = summarizeRun(evaluation)
  for (const [tp, fp, fn] of [
    [1, 0, 1],
    [0, 1, 1],
  ] as const) {
    const pooled = { ...summary.pooled, tp, fp, fn }
    expect(evaluationNotes({ ...summary, pooled }, evaluation).join(' ')).not.toContain(
      'nothing to judge',
    )
  }
})

test('of several types the most similar is proposed, from three quarters on', () => {
  const evaluation = run(1, [foundEach([typed('abcx')])])
  // Shares of letters with “abcx”: “abcd” 6/8, “abce” 6/8, “axyz” 4/8.
  const summary = summarizeRun(evaluation)
  const { Grammar } = summary.agents
  const names = (types: string[]) => {
    const known = Object.fromEntries(types.map((type) => [type, Grammar!]))
    const agents = { ...known, abcx: summary.agents['abcx']! }
    return evaluationNotes({ ...summary, agents }, evaluation).join(' ')
  }
  expect(names(['axyz', 'abcd'])).toContain('Did you mean “abcd”?')
  expect(names(['axyz', 'abxc', 'abc'])).toContain('Did you mean “abc”?')
  expect(names(['axyz', 'aby'])).toContain('The types of the dataset are: “axyz”, “aby”.')
  expect(names([])).toContain('The types of the dataset are: none.')
})

test('a type that agents report, or that has no issue, is not called uncovered', () => {
  const flow = (type: string): EvaluationRun['subject'] => {
    return { kind: 'flow', flow: 'f', agents: [{ name: 'a', type, hash: 'h' }] }
  }
  const all = foundEach(...Array.from({ length: 20 }, () => [was, typed('Tone')]))
  expect(notes(run(20, [all], flow('Grammar')))).not.toContain('No agent that ran')
  expect(notes(run(20, [all], flow('Tone')))).not.toContain('No agent that ran')
  expect(notes(run(20, [new Map()]))).not.toContain('No agent that ran')
  expect(notes(run(20, [new Map()], flow('Grammar')))).not.toContain('No agent that ran')
})

test('agents that detect nothing have no precision', () => {
  expect(notes(run(20, [new Map()]))).toContain(
    'Precision cannot be told where nothing was detected: “Grammar”.',
  )
})

test('fewer than 5 documents or 10 issues are too few to judge, for all and for each agent', () => {
  const all = (documents: number) => foundEach(...Array.from({ length: documents }, () => [was]))
  expect(evaluationNotes(summarizeRun(run(4, [all(4)])), run(4, [all(4)]))).toEqual([
    'All agents together are too few to judge: fewer than 5 documents or 10 issues.',
    'Too few to judge (fewer than 5 documents or 10 issues): “Grammar”.',
    '4 documents: a comparison of two runs needs 20, better 60, to pass.',
    oneRun,
  ])
  const twoTypes = foundEach([was, typed('Tone')], ...Array.from({ length: 18 }, () => [was]), [
    was,
    typed('Style'),
  ])
  expect(notes(run(20, [twoTypes]))).toContain(
    '\nToo few to judge (fewer than 5 documents or 10 issues): “Style”, “Tone”.\n',
  )
  expect(notes(run(19, [all(19)]))).toContain('19 documents: a comparison')
  expect(notes(run(20, [all(20)]))).not.toContain('a comparison')
  expect(notes(run(1, [all(1)]))).toContain('1 document: a comparison')
})

test('exactly 5 documents and 10 issues are enough to judge', () => {
  const measures = (docs: number, n: number): Measures => {
    const { pooled } = summarizeRun(run(1, [new Map()]))
    return { ...pooled, f05: { ...pooled.f05, docs, n } }
  }
  expect(isTooFewToJudge(measures(5, 10))).toBe(false)
  expect(isTooFewToJudge(measures(4, 10))).toBe(true)
  expect(isTooFewToJudge(measures(5, 9.5))).toBe(true)
})

test('one document that moves the result by exactly a quarter is not named', () => {
  const summary = summarizeRun(run(20, [foundEach([was])]))
  const contribution = (share: number) =>
    evaluationNotes(
      { ...summary, largestContribution: { document: 'memo-0', share } },
      run(20, [new Map()]),
    ).join(' ')
  expect(contribution(0.25)).not.toContain('One document')
  expect(contribution(0.256)).toContain(
    'One document, “memo-0”, makes 25.6 % of what moves the pooled F0.5: read it before you trust the interval.',
  )
  const none = evaluationNotes({ ...summary, largestContribution: null }, run(20, [new Map()]))
  expect(none.join(' ')).not.toContain('One document')
})

test('up to 2 % of failed documents do not keep a comparison from its verdict', () => {
  const failed: Repeat = new Map([['memo-1', { issues: [], error: 'timeout' }]])
  expect(notes(run(50, [failed, failed]))).toContain(
    '2 of 100 documents failed (2.0 %); what was not found there counts as missed.\n',
  )
  expect(notes(run(49, [failed]))).toContain(
    'counts as missed. With more than 2 % no comparison can pass or fail.',
  )
  expect(notes(run(50, [new Map()]))).not.toContain('failed')
})

test('all quotes in their documents are not worth a note', () => {
  expect(notes(run(20, [foundEach([was])]))).not.toContain('quote text')
})

test('nothing is said of noise that cannot be told', () => {
  const one = run(1, [new Map(), new Map()])
  expect(evaluationNotes(summarizeRun(one), one).at(-1)).toContain('1 document: a comparison')
})

test('the noise floor, the smallest visible change and the documents needed are three sentences', () => {
  const evaluation = run(30, [new Map(), new Map()])
  const noise = {
    repeats: 2,
    floor: 0.0123,
    minimumDetectableEffect: 0.0456,
    documentsNeeded: 1,
    margin: 0.03,
  }
  const sentences = evaluationNotes({ ...summarizeRun(evaluation), noise }, evaluation)
  expect(sentences.slice(-3)).toEqual([
    'Noise floor: pooled F0.5 of two such evaluations of the same thing differs by up to 1.2 points.',
    'A true change below 4.6 points is likely to stay unseen on these documents with 2 runs.',
    'For a change that changes nothing to pass within 3.0 points, 8 times in 10: 1 document (here 30).',
  ])
})

test('amounts show a decimal when they are means, nouns an s when there are several', () => {
  expect([3, 2.5, 1 / 3].map(amount)).toEqual(['3', '2.5', '0.3'])
  expect([count(1, 'page'), count(2, 'page'), count(0, 'page')]).toEqual([
    '1 page',
    '2 pages',
    '0 pages',
  ])
})
