import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalizedOffsets, normalizeText } from './normalize-text.ts'

/** What an offset span of the raw text becomes in the normalised text. */
function mapped(text: string, start: number, end: number): string {
  const offset = normalizedOffsets(text)
  if (offset === null) return 'no map'
  return normalizeText(text).slice(offset(start), offset(end))
}

function mappedQuote(text: string, quote: string): string {
  const start = text.indexOf(quote)
  return mapped(text, start, start + quote.length)
}

test.each([
  ['He GO home.', 'GO', 'go'],
  ['  The  “best”\tproduct', 'best', 'best'],
  ['  The  “best”\tproduct', '“best”\tproduct', '"best" product'],
  ['a ﬁne ﬂat', 'ﬂat', 'flat'],
  ['soft­hyphen here', 'here', 'here'],
  ['the 😀 smile is wide', 'smile', 'smile'],
  ['cafe\u0301 au lait', 'au', 'au'],
  ['10½ units and more', 'units', 'units'],
  ['한국어 text', 'text', 'text'],
  ['\u1112\u1161\u11ab word', 'word', 'word'],
  ['İstanbul is big', 'is', 'is'],
  ['\u0301\u0323 marks without a letter', 'letter', 'letter'],
  ['trailing space   ', 'space', 'space'],
])('in %j the span of %j becomes %j', (text, quote, expected) => {
  expect(mappedQuote(text, quote)).toBe(expected)
})

test('an offset inside a pair or a cluster maps to its start', () => {
  expect(normalizedOffsets('😀 a')?.(1)).toBe(0)
})

test('offsets past the end map to the end', () => {
  expect(normalizedOffsets('“a”  b ')?.(99)).toBe('"a" b'.length)
})

test('offset maps never fall and cover the whole normalised text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const offset = normalizedOffsets(text)
      if (offset === null) return
      const all = Array.from({ length: text.length + 1 }, (_, i) => offset(i))
      expect(all.toSorted((a, b) => a - b)).toEqual(all)
      expect(all.at(-1)).toBe(normalizeText(text).length)
    }),
    { numRuns: 1000 },
  )
})

test('a text that is more than its parts has no map', () => {
  expect(normalizedOffsets('a\uFF9E\u0301b')).toBeNull()
})

test('nearly every text has an offset map', () => {
  const samples = fc.sample(fc.string({ unit: 'grapheme', maxLength: 60 }), {
    numRuns: 1000,
    seed: 1,
  })
  const without = samples.filter((text) => normalizedOffsets(text) === null)
  expect(without.length).toBeLessThan(5)
})

test('normalising twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      expect(normalizeText(normalizeText(text))).toBe(normalizeText(text))
    }),
  )
})

test.each([
  ['single quotes', '‘a’ ‚b‛', "'a' 'b'"],
  ['double quotes', '“a” „b‟', '"a" "b"'],
  ['dashes and the minus sign', '‐‑‒–—―−', '-------'],
  ['soft hyphens, zero-width spaces and byte order marks', '\uFEFFso\u00ADft\u200B', 'soft'],
  ['compatibility forms', 'ﬁne ①', 'fine 1'],
  ['white space of every kind', '\u00A0 a\t\nb \u2003c ', 'a b c'],
  ['capitals', 'AÉ Straße', 'aé straße'],
])('%s are made plain', (_, text, expected) => {
  expect(normalizeText(text)).toBe(expected)
})

test('what is next to quotes and dashes among the characters stays', () => {
  expect(normalizeText('\u2018\u2016\u2020\u2022')).toBe("'\u2016\u2020\u2022")
})

test('no text is an empty text', () => {
  expect([null, undefined, ''].map(normalizeText)).toEqual(['', '', ''])
})

test('plain ASCII takes a shorter way to the same text', () => {
  const ascii = fc.string({
    unit: fc.constantFrom('a', 'Z', '~', '!', '\x7f', ' ', '\t'),
    maxLength: 12,
  })
  fc.assert(
    fc.property(ascii, (text) => {
      // The quote makes it go the long way.
      expect(normalizeText(`x’x${text}`)).toBe(`x'${normalizeText(`x${text}`)}`)
      expect(normalizeText(text)).toBe(text.replace(/\s+/g, ' ').trim().toLowerCase())
    }),
  )
})

test('from any letter on, the normalised text is that of the rest', () => {
  const letters = [
    'a',
    'Z',
    '.',
    '“',
    'ﬁ',
    '½',
    'é',
    'e\u0301',
    'e\u0300',
    '😀',
    '\u1112\u1161\u11ab.',
    'İ',
  ]
  const gaps = [' ', '\t', '\n', '\r', '\v', '\f', '\u00A0', '\u00AD', '\u200B', '\x00', '\x0e']
  const parts = fc.array(fc.constantFrom(...letters, ...gaps), { maxLength: 14 })
  fc.assert(
    fc.property(parts, (units) => {
      const text = units.join('')
      const offset = normalizedOffsets(text)
      const starts = units
        .map((unit, index) => ({ unit, at: units.slice(0, index).join('').length }))
        .filter(({ unit }) => letters.includes(unit))
        .map(({ at }) => at)
      expect(starts.map((at) => normalizeText(text).slice(offset?.(at)))).toEqual(
        starts.map((at) => normalizeText(text.slice(at))),
      )
      expect(offset?.(text.length)).toBe(normalizeText(text).length)
    }),
    { numRuns: 1000 },
  )
})
