import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sentenceAt, splitSentences } from './sentences.ts'

const textsOf = (text: string) => splitSentences(text).map((sentence) => sentence.text)

test('sentences end at full stops, question marks and exclamation marks', () => {
  expect(textsOf('One. Two? Three! “Four.” Five')).toEqual([
    'One.',
    'Two?',
    'Three!',
    '“Four.”',
    'Five',
  ])
})

test.each([
  'See Dr. Smith at St. Mary Hospital.',
  'Vaccines, e.g. Tetanus, are included.',
  'Read Sec. 4 and Art. 7 of Acme Inc. Today.',
  '1. The plan starts today.',
  'Use sec. 5 of Acme Inc. plans.',
  '(b) The plan starts today.',
  '• The plan starts today.',
  'It costs 3.50 a day.',
])('“%s” is one sentence', (text) => {
  expect(textsOf(text)).toEqual([text])
})

test('a list number belongs to the sentence after it', () => {
  expect(textsOf('1. Call us. 2. Wait.')).toEqual(['1. Call us.', '2. Wait.'])
})

test('offsets and text agree, in order and without overlaps, for any text', () => {
  const piece = fc.constantFrom(
    'a',
    'No. ',
    '. ',
    '? ',
    '1. ',
    '(a) ',
    'Dr. ',
    '😀',
    '\n',
    ' Ab',
    'é',
  )
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(text, (value) => {
      let end = 0
      for (const sentence of splitSentences(value)) {
        expect(sentence.start).toBeGreaterThanOrEqual(end)
        expect(value.slice(sentence.start, sentence.end)).toBe(sentence.text)
        expect(sentence.text).toBe(sentence.text.trim())
        end = sentence.end
      }
      const kept = splitSentences(value).map((sentence) => sentence.text.replaceAll(/\s/gu, ''))
      expect(kept.join('')).toBe(value.replaceAll(/\s/gu, ''))
    }),
  )
})

test('an offset lies in the sentence that began last before it', () => {
  const text = 'One. Two. Three.'
  const sentences = splitSentences(text)
  expect([0, 3, 5, 15].map((offset) => sentenceAt(sentences, offset, text).text)).toEqual([
    'One.',
    'One.',
    'Two.',
    'Three.',
  ])
  expect(sentenceAt([], 2, text).text).toBe(text)
})
