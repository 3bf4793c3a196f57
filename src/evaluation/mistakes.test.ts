import { expect, test } from 'vitest'
import { evaluateOutputs } from './evaluate-outputs.ts'
import type { MatchableIssue } from './match-issues.ts'
import { listMistakes } from './mistakes.ts'

const text = 'The plan of J. Doe will always cover you. They was late. It rains.'

function mistakesOf(
  truths: { type: string; text: string; ignore?: boolean | undefined }[],
  issues: MatchableIssue[],
) {
  const documents = evaluateOutputs({
    documents: [
      {
        id: 'memo',
        paragraphs: [{ index: 0, text }],
        truths: truths.map((truth) => ({ ...truth, location: {} })),
      },
    ],
    repeats: [new Map([['memo', { issues, error: null }]])],
    types: null,
  })
  return listMistakes(documents)
}

const at = (type: string, quote: string): MatchableIssue => ({ type, text: quote, location: {} })

test('a hit that overlaps by less than half is a bad span', () => {
  const truths = [{ type: 'Grammar', text: 'was' }]
  const [mistake, ...others] = mistakesOf(truths, [at('Grammar', 'They was late. It rains.')])
  expect(others).toEqual([])
  expect(mistake).toEqual({
    kind: 'bad span',
    document: 'memo',
    detected: { type: 'Grammar', text: 'They was late. It rains.' },
    truth: { type: 'Grammar', text: 'was' },
    sentence: 'They was late.',
  })
})

test('the sentence is whole, also around initials, and all that the issue touches', () => {
  const [first, second] = mistakesOf([], [at('Tone', 'always'), at('Tone', 'late. It')])
  expect(first?.sentence).toBe('The plan of J. Doe will always cover you.')
  expect(second?.sentence).toBe('They was late. It rains.')
})

test('each kind of mistake is told apart', () => {
  const truths = [
    { type: 'Grammar', text: 'was' },
    { type: 'Promise', text: 'will always' },
    { type: 'Tone', text: 'rains' },
  ]
  const issues = [
    at('Grammar', 'was'),
    at('Grammar', 'was'),
    at('Grammar', 'will always'),
    at('Grammar', 'plan'),
  ]
  expect(mistakesOf(truths, issues).map(({ kind, sentence }) => [kind, sentence])).toEqual([
    ['wrong type', 'The plan of J. Doe will always cover you.'],
    ['duplicate', 'They was late.'],
    ['spurious', 'The plan of J. Doe will always cover you.'],
    ['missed', 'It rains.'],
  ])
})

test('a quote that is not in the document is shown with the sentence that came with it', () => {
  const invented = { type: 'Tone', text: 'pear', location: { sourceSentence: 'A pear fell.' } }
  expect(mistakesOf([], [invented])[0]?.sentence).toBe('A pear fell.')
})

test('a mistake says what was detected and what is there, as far as there is either', () => {
  const truths = [
    { type: 'Promise', text: 'will always' },
    { type: 'Tone', text: 'rains' },
  ]
  const issues = [at('Grammar', 'will always'), at('Style', 'plan'), at('Style', 'always')]
  const sentence = 'The plan of J. Doe will always cover you.'
  expect(mistakesOf(truths, issues)).toEqual([
    {
      kind: 'wrong type',
      document: 'memo',
      detected: { type: 'Grammar', text: 'will always' },
      truth: { type: 'Promise', text: 'will always' },
      sentence,
    },
    {
      kind: 'spurious',
      document: 'memo',
      detected: { type: 'Style', text: 'plan' },
      truth: null,
      sentence,
    },
    {
      kind: 'duplicate',
      document: 'memo',
      detected: { type: 'Style', text: 'always' },
      truth: null,
      sentence,
    },
    {
      kind: 'missed',
      document: 'memo',
      detected: null,
      truth: { type: 'Tone', text: 'rains' },
      sentence: 'It rains.',
    },
  ])
})

test('a hit that overlaps by exactly half is none; a debatable one is none either', () => {
  // “always” in “ll always cover you. They”: 6 of 24 letters, the root of a quarter.
  const long = at('Tone', 'll always cover you. The')
  expect(mistakesOf([{ type: 'Tone', text: 'always' }], [long])).toEqual([])
  const debatable = { ...at('Tone', 'always'), ignore: true }
  expect(mistakesOf([debatable], [at('Tone', 'always')])).toEqual([])
})

test('offsets say which of several equal texts is meant, and how far the issue goes', () => {
  const location = { paragraph: 0, start: text.lastIndexOf('I'), end: text.lastIndexOf('I') + 1 }
  const late = { type: 'Tone', text: 'l', location }
  expect(mistakesOf([], [late])[0]?.sentence).toBe('It rains.')
  const across = { paragraph: 0, start: text.indexOf('late'), end: text.indexOf('rains') }
  expect(mistakesOf([], [{ type: 'Tone', text: 'late', location: across }])[0]?.sentence).toBe(
    'They was late. It rains.',
  )
})

test('an insertion is in the sentence that begins there, an issue not in one that it touches', () => {
  const start = text.indexOf('They')
  const insertion = { type: 'Tone', text: '', location: { paragraph: 0, start, end: start } }
  expect(mistakesOf([], [insertion])[0]?.sentence).toBe('They was late.')
  const before = {
    type: 'Tone',
    text: 'you. ',
    location: { paragraph: 0, start: start - 5, end: start },
  }
  expect(mistakesOf([], [before])[0]?.sentence).toBe('The plan of J. Doe will always cover you.')
})

test('an issue that begins with the space before a sentence is in that one', () => {
  const start = text.indexOf(' They')
  const location = { paragraph: 0, start, end: start + 5 }
  expect(mistakesOf([], [{ type: 'Tone', text: ' They', location }])[0]?.sentence).toBe(
    'They was late.',
  )
})

test('an issue at the very beginning is in the first sentence', () => {
  expect(mistakesOf([], [at('Tone', 'The plan')])[0]?.sentence).toBe(
    'The plan of J. Doe will always cover you.',
  )
})

test('a quote that is written differently, or lies nowhere, is shown with its own sentence', () => {
  const sourceSentence = 'They was LATE.'
  const shouted = { type: 'Tone', text: 'LATE', location: { sourceSentence } }
  expect(mistakesOf([], [shouted])[0]?.sentence).toBe(sourceSentence)
  const nowhere = { paragraph: 99, start: 2, end: 6, sourceSentence: 'A pear fell.' }
  expect(mistakesOf([], [{ type: 'Tone', text: 'pear', location: nowhere }])[0]?.sentence).toBe(
    'A pear fell.',
  )
})

test('without place and sentence there is nothing to show', () => {
  expect(mistakesOf([], [at('Tone', 'pear')])[0]?.sentence).toBe('')
})

test('each run has mistakes of its own; a run that is not there has none', () => {
  const repeat = (issues: MatchableIssue[]) => new Map([['memo', { issues, error: null }]])
  const documents = evaluateOutputs({
    documents: [{ id: 'memo', paragraphs: [{ index: 0, text }], truths: [] }],
    repeats: [repeat([]), repeat([at('Tone', 'plan')])],
    types: null,
  })
  expect([0, 1, 2].map((run) => listMistakes(documents, run).length)).toEqual([0, 1, 0])
  expect(listMistakes(documents)).toEqual([])
})
