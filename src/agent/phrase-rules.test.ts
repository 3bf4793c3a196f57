import { expect, test } from 'vitest'
import type { PhraseRule } from './agent-config.ts'
import { compileRules } from './phrase-rules.ts'

function rule(part: Partial<PhraseRule> & Pick<PhraseRule, 'match'>): PhraseRule {
  return {
    id: part.match.join(),
    explanation: 'why',
    fix: null,
    score: 5,
    examples: { match: ['-'], ignore: ['-'] },
    ...part,
  }
}
const found = (rules: PhraseRule[], text: string) =>
  compileRules(rules)(text).map(({ start, end }) => text.slice(start, end))

test('offsets are those of the text, whatever stands before, and the sentence comes with them', () => {
  const text = '😀 First. The plan covers it.'
  const [match] = compileRules([rule({ match: ['covers'] })])(text)
  expect(text.slice(match?.start, match?.end)).toBe('covers')
  expect(match?.sentence).toBe('The plan covers it.')
})

test.each([
  ['needsBefore', 'Our plan covers it. A lid covers it.', ['Our plan covers']],
  ['unlessSentence', 'A lid covers it. If so, a lid covers it.', ['A lid covers']],
  ['unlessBefore', 'It covers us. What your plan covers is new.', ['It covers']],
  ['unlessAfter', 'It covers us. It covers some of us.', ['It covers']],
  ['needsAfter', 'It covers us. It covers all of us.', ['It covers all']],
])('%s decides by what stands there', (field, text, sentences) => {
  const context = {
    needsBefore: ['plan'],
    needsAfter: ['all'],
    unlessSentence: ['if'],
    unlessBefore: ['what *{1,3}'],
    unlessAfter: ['some'],
  }
  const phrases = Object.entries(context).filter(([key]) => key === field)
  const only = rule({ match: ['covers'], ...Object.fromEntries(phrases) })
  const matches = compileRules([only])(text).map(({ sentence }) => sentence)
  expect(matches).toHaveLength(1)
  expect(matches[0]).toContain(sentences[0])
})

test('questions and headings promise nothing', () => {
  const rules = [rule({ match: ['covers'] })]
  expect(found(rules, 'What the plan covers')).toEqual([])
  expect(found(rules, 'Is it true that the plan covers it?')).toEqual([])
  expect(found(rules, '“The plan covers it.”')).toEqual(['covers'])
})

test('where rules overlap the higher score wins, then the longer match', () => {
  const short = rule({ match: ['covers'], score: 4 })
  const long = rule({ match: ['covers all'], score: 4 })
  const strong = rule({ match: ['all'], score: 9 })
  const text = 'It covers all.'
  expect(found([short, long], text)).toEqual(['covers all'])
  expect(found([long, short], text)).toEqual(['covers all'])
  expect(found([short, long, strong], text)).toEqual(['all'])
})

test.each([
  ['Covers it.', 'generally {match}', 'Generally covers'],
  ['It covers it.', 'generally {match}', 'generally covers'],
  ['Covers it.', '{match} often', 'Covers often'],
  ['Covers it.', 'helps with', 'Helps with'],
  ['It covers it.', '', ''],
  ['It covers it.', null, null],
])('“%s” with the fix “%s” gives “%s”', (text, fix, expected) => {
  const [match] = compileRules([rule({ match: ['covers'], fix })])(text)
  expect(match?.fix).toBe(expected)
})

test('signs of replacement patterns in the matched text stand for themselves', () => {
  const [match] = compileRules([rule({ match: ['$&'], fix: 'about {match}' })])('It costs $& now.')
  expect(match?.fix).toBe('about $&')
})

const everyShape = [
  rule({
    match: ['covers', 'will also? pay', 'all *{0,3} needs', 'x? y|z *{0,3} w'],
    needsBefore: ['plan|policy', 'not *{0,5}', 'plan'],
    unlessSentence: ['if *{0,3} then', 'never'],
  }),
  rule({ match: ['all'], needsAfter: ['*{0,3} needs'], unlessBefore: ['what *{1,5}'] }),
]

// Quadratic matching would take minutes here; the test's time limit is what catches it.
test.each([
  'all ',
  'plan covers ',
  'not ',
  'y w ',
  'No. ',
  'a',
  ' ',
  '-',
  '.',
  '1. ',
  'if ',
  '😀 ',
])(
  '200,000 characters of “%s” are no trouble',
  (piece) => {
    const text = piece.repeat(Math.ceil(200_000 / piece.length))
    expect(() => compileRules(everyShape)(`${text}.`)).not.toThrow()
  },
  10_000,
)

test('100,000 findings in one sentence are no trouble', () => {
  const context = { unlessBefore: ['not'], unlessAfter: ['free'] }
  const run = compileRules([rule({ match: ['always'], ...context })])
  expect(run(`${'always '.repeat(100_000)}.`)).toHaveLength(100_000)
}, 10_000)

test('a fix is in capitals where the sentence is', () => {
  const always = rule({ match: ['free of charge'], fix: 'generally {match}' })
  const [match] = compileRules([always])('THE PROGRAM IS LICENSED FREE OF CHARGE.')
  expect(match?.fix).toBe('GENERALLY FREE OF CHARGE')
})
