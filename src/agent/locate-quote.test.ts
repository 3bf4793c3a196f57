import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Paragraph } from '../schema/document.ts'
import { foldText } from './fold-text.ts'
import { createLocator, type Quote } from './locate-quote.ts'

function paragraphsOf(texts: string[]): Paragraph[] {
  return texts.map((text, index) => ({ index, page: 1, text, role: 'body', words: [] }))
}

const texts = [
  'The plan covers teeth. The plan covers 😀 eyes.',
  'It is “always\u200B open”,  and\tit\u00A0is free. Call us.',
  'Cafe\u0301s are the ﬁrst choice – always.',
  'Nothing here. Call us.',
]

function locate(quote: Partial<Quote>, own = texts): [number, string, string] | null {
  const full = { paragraph: 0, text: '', sentence: '', ...quote }
  const place = createLocator(paragraphsOf(own))(full)
  if (place === null) return null
  expect(own[place.paragraph]?.slice(place.start, place.end)).toBe(place.text)
  expect(own[place.paragraph]).toContain(place.sentence)
  return [place.paragraph, place.text, place.sentence]
}

test('a quote is placed within its sentence', () => {
  const sentence = 'The plan covers 😀 eyes.'
  expect(locate({ text: 'covers', sentence })).toEqual([0, 'covers', sentence])
})

test('a quote without a sentence is placed when it stands there once', () => {
  expect(locate({ text: 'teeth' })).toEqual([0, 'teeth', 'The plan covers teeth.'])
  expect(locate({ text: 'covers' })).toBeNull()
})

test.each([
  ['case', 'IT IS FREE'],
  ['white space', 'it  is\tfree'],
])('%s may differ; the text becomes the document’s', (_, text) => {
  expect(locate({ paragraph: 1, text })).toEqual([
    1,
    'it\u00A0is free',
    'It is “always\u200B open”,  and\tit\u00A0is free.',
  ])
})

test('quotation marks, invisible characters, accents, ligatures and dashes may differ', () => {
  expect(locate({ paragraph: 1, text: '"always open",' })?.[1]).toBe('“always\u200B open”,')
  expect(locate({ paragraph: 2, text: 'cafés are the first' })?.[1]).toBe(
    'Cafe\u0301s are the ﬁrst',
  )
  expect(locate({ paragraph: 2, text: 'choice - always' })?.[1]).toBe('choice – always')
})

test('a wrong paragraph number is put right when the quote stands in one other paragraph', () => {
  const sentence = 'it is free.'
  expect(locate({ paragraph: 3, text: 'free', sentence })).toEqual([1, 'free', 'it\u00A0is free.'])
  expect(locate({ paragraph: 99, text: 'teeth' })?.[0]).toBe(0)
  expect(locate({ paragraph: -1, text: 'teeth' })?.[0]).toBe(0)
})

test.each([
  ['a quote that is nowhere', { text: 'insures', sentence: 'The plan insures teeth.' }],
  [
    'a quote of which only a common word is there',
    { text: 'teeth', sentence: 'My dentist pulled two teeth yesterday.' },
  ],
  ['a quote that is elsewhere twice', { paragraph: 0, text: 'Call us.', sentence: 'Call us.' }],
  ['a text that is outside of its sentence', { text: 'eyes', sentence: 'The plan covers teeth.' }],
  ['a text that stands twice in its sentence', { text: 'a', sentence: 'a b a.' }],
  ['an empty text', { text: ' \u200B', sentence: 'The plan covers teeth.' }],
])('%s gets no place', (_, quote) => {
  expect(locate(quote, [...texts, 'a b a.'])).toBeNull()
})

test('a sentence that is not quote by quote there still vouches for a text that stands once', () => {
  const sentence = 'The plan covers your teeth too.'
  expect(locate({ text: 'teeth', sentence })?.[1]).toBe('teeth')
  expect(locate({ text: 'covers', sentence })).toBeNull()
})

test('a text longer than its sentence is placed around it', () => {
  const text = 'covers teeth. The plan covers 😀 eyes.'
  expect(locate({ text: `The plan ${text}`, sentence: 'The plan covers teeth.' })?.[1]).toBe(
    `The plan ${text}`,
  )
})

test('whole words win over parts of words', () => {
  expect(locate({ text: 'is' }, ['This is his.'])?.[1]).toBe('is')
  expect(
    createLocator(paragraphsOf(['This is his.']))({ paragraph: 0, text: 'is', sentence: '' }),
  ).toMatchObject({ start: 5, end: 7 })
})

test('folding keeps an origin for each letter, for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const { text: folded, starts, ends } = foldText(text)
      expect(starts.length).toBeGreaterThanOrEqual(folded.length)
      expect(foldText(folded).text).toBe(foldText(foldText(folded).text).text)
      for (let i = 0; i < folded.length; i += 1) {
        expect(ends[i]).toBeGreaterThan(starts[i] ?? Infinity)
        expect(starts[i]).toBeGreaterThanOrEqual(starts[i - 1] ?? 0)
        expect(ends[i]).toBeLessThanOrEqual(text.length)
      }
    }),
  )
})
