import { expect, test } from 'vitest'
import { evaluateOutputs } from './evaluate-outputs.ts'
import type { MatchableIssue } from './match-issues.ts'
import { listMistakes } from './mistakes.ts'

const text = 'The plan of J. Doe will always cover you. They was late. It rains.'

function mistakesOf(truths: { type: string; text: string }[], issues: MatchableIssue[]) {
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
