import { expect, test } from 'vitest'
import type { PhraseRule } from './agent-config.ts'
import { isPhrase } from './phrase-pattern.ts'
import { compileRules } from './phrase-rules.ts'

function rule(part: Partial<PhraseRule>): PhraseRule {
  return {
    id: 'always',
    match: ['always'],
    explanation: 'Untrue with the first exception.',
    fix: 'generally',
    score: 5,
    examples: { match: ['always'], ignore: ['never'] },
    ...part,
  }
}
const found = (part: Partial<PhraseRule>, text: string) =>
  compileRules([rule(part)])(text).map(({ start, end }) => text.slice(start, end))

test('whole words match, whatever their case, and offsets count from the paragraph', () => {
  expect(found({}, 'We pay. It ALWAYS helps, but alwaysness does not.')).toEqual(['ALWAYS'])
})

test('alternatives, optional words and gaps', () => {
  expect(
    found({ match: ['will|can also? ensure'] }, 'It will ensure. It can also ensure.'),
  ).toEqual(['will ensure', 'can also ensure'])
  expect(found({ match: ['no *{0,2} limit'] }, 'Here is no upper age limit.')).toEqual([
    'no upper age limit',
  ])
})

test('straight and curly apostrophes are the same', () => {
  expect(found({ match: ["won't"] }, 'It won’t cost anything.')).toEqual(['won’t'])
})

test('context decides: right before, right after, and in the sentence', () => {
  expect(found({ unlessBefore: ['not'] }, 'It is not always so. It is always so.')).toHaveLength(1)
  expect(found({ needsBefore: ['is'] }, 'You always can. It is always so.')).toHaveLength(1)
  expect(found({ needsAfter: ['free'] }, 'It is always so. It is always free.')).toHaveLength(1)
  expect(found({ unlessAfter: ['free'] }, 'It is always so. It is always free.')).toHaveLength(1)
  expect(found({ unlessSentence: ['may'] }, 'It always may. It always is.')).toHaveLength(1)
})

test('questions and headings promise nothing', () => {
  expect(found({}, 'Is it always so?')).toEqual([])
  expect(found({}, 'Always On')).toEqual([])
})

test('a fix keeps the case of the first letter and may hold what was matched', () => {
  const fixes = (fix: string, text: string) =>
    compileRules([rule({ fix })])(text).map((match) => match.fix)
  expect(fixes('generally', 'Always on.')).toEqual(['Generally'])
  expect(fixes('nearly {match}', 'Always on.')).toEqual(['Nearly always'])
  expect(fixes('nearly {match}', 'It is always on.')).toEqual(['nearly always'])
})

test('of rules that overlap the one with the higher score stays', () => {
  const rules = [rule({}), rule({ id: 'long', match: ['is always'], score: 7 })]
  expect(compileRules(rules)('It is always so.').map((match) => match.rule.id)).toEqual(['long'])
})

test('a phrase is no regular expression', () => {
  expect(found({ match: ['a.c', '(a+)+b'] }, 'An abc. An aaab. An a.c!')).toEqual(['a.c'])
})

test.each(['', '*', 'word?', 'a||b', '*{3,1} a', '*{0,99} a', 'a **', '{0,3}'])(
  '“%s” is not a phrase',
  (text) => expect(isPhrase(text)).toBe(false),
)

test('a sentence without an end takes no quadratic time', () => {
  const run = compileRules([rule({ unlessBefore: ['not'], unlessAfter: ['free'] })])
  expect(run(`${'always '.repeat(100_000)}.`)).toHaveLength(100_000)
})
