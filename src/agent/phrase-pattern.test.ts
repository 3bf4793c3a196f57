import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyPhrase, endsInPhrase, isPhrase, startsWithPhrase } from './phrase-pattern.ts'

const found = (phrase: string, text: string): string[] =>
  [...text.matchAll(anyPhrase([phrase]))].map(([match]) => match)

test.each([
  ['covers', 'The plan COVERS it and covers that.', ['COVERS', 'covers']],
  ['covers', 'It uncovers what coversheets discovers.', []],
  ['will also? pay', 'will pay, will also pay, will maybe pay', ['will pay', 'will also pay']],
  ['also? covers', 'covers; also covers', ['covers', 'also covers']],
  [
    'free|rid of charge|cost',
    'free of cost, rid of charge, free charge',
    ['free of cost', 'rid of charge'],
  ],
  ['not * paid', 'not paid, not yet paid, not as yet paid', ['not yet paid']],
  [
    'not *{0,2} paid',
    'not paid; not yet paid; not as yet paid',
    ['not paid', 'not yet paid', 'not as yet paid'],
  ],
  ['not *{2,3} paid', 'not paid. not yet paid. not as yet paid', ['not as yet paid']],
  ["won't", "it won’t and won't", ['won’t', "won't"]],
  ['rest assured', 'rest\n  assured', ['rest\n  assured']],
  ['covered at 100%', 'It is covered at 100%.', ['covered at 100%']],
  ['über alles', 'ÜBER alles', ['ÜBER alles']],
])('%s in “%s”', (phrase, text, matches) => {
  expect(found(phrase, text)).toEqual(matches)
})

test('signs of regular expressions stand for themselves', () => {
  expect(found('a.b', 'axb a.b')).toEqual(['a.b'])
  expect(found('(a+)+$', 'aaaa (a+)+$ ')).toEqual(['(a+)+$'])
})

test('a gap does not reach over the end of a sentence', () => {
  expect(found('not *{0,3} paid', 'It is not. It was paid')).toEqual([])
})

test.each(['a', 'a|b', 'a? b', 'a *{0,3} b', '* b', '$insurer also?'])('%s is a phrase', (text) => {
  expect(isPhrase(text)).toBe(true)
})

test.each([
  '',
  '*',
  'a?',
  '*{0,3}',
  'a? *',
  'a *{3,1}',
  'a *{0,0}',
  'a *{0,12}',
  'a * b * c * d',
  'a||b',
  '|a',
  'a**',
])('“%s” is not a phrase', (text) => {
  expect(isPhrase(text)).toBe(false)
})

test('context is what stands right before and right after, over commas and spaces', () => {
  const before = endsInPhrase(['the plan also?'])
  expect(
    ['The plan ', 'The plan also, ', 'The plan that '].map((text) => before.test(text)),
  ).toEqual([true, true, false])
  const after = startsWithPhrase(['only|some'])
  expect(
    [' only this', ', some', ' all of some', ' something'].map((text) => after.test(text)),
  ).toEqual([true, true, false, false])
})

test('every text that is a phrase compiles, in every place that phrases stand', () => {
  const piece = fc.constantFrom(
    ' ',
    ...'a b | ? * { } *{0,3} ( ) [ ] \\ ^ $ . + - / ’ é 😀'.split(' '),
  )
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(text, (phrase) => {
      fc.pre(isPhrase(phrase))
      for (const compile of [anyPhrase, endsInPhrase, startsWithPhrase]) {
        expect(compile([phrase, 'other'])).toBeInstanceOf(RegExp)
      }
    }),
    { numRuns: 2000 },
  )
})
