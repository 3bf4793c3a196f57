import { expect, test } from 'vitest'
import { sentenceAt, splitSentences } from './sentences.ts'

const texts = (text: string) => splitSentences(text).map((sentence) => sentence.text)

test('sentences end at their stops, without the space around them', () => {
  expect(texts('  It is covered. Is it? Yes! ')).toEqual(['It is covered.', 'Is it?', 'Yes!'])
})

test('an abbreviation does not end a sentence', () => {
  expect(texts('See e.g. Dr. Brown. Then call.')).toEqual(['See e.g. Dr. Brown.', 'Then call.'])
  expect(texts('Use sec. 5 of Acme Inc. plans.')).toEqual(['Use sec. 5 of Acme Inc. plans.'])
})

test('a list number belongs to the sentence after it', () => {
  expect(texts('1. Call us. 2. Wait.')).toEqual(['1. Call us.', '2. Wait.'])
  expect(texts('(a) Call us.')).toEqual(['(a) Call us.'])
})

test('offsets are UTF-16 and give the text back', () => {
  const text = '😀 First one. Second 😀 one.'
  for (const { start, end, text: sentence } of splitSentences(text)) {
    expect(text.slice(start, end)).toBe(sentence)
  }
  expect(sentenceAt(splitSentences(text), 16, text).text).toBe('Second 😀 one.')
})
