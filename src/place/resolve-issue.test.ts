import { expect, test } from 'vitest'
import { createParagraphIndex } from './paragraph-index.ts'
import { type LocatableIssue, resolveIssue } from './resolve-issue.ts'

const texts = [
  'The plan pays. Members pay the rest.',
  'Ask your doctor before you take it. The plan may pay for it.',
  'A start. It starts with art, the art of starting.',
  'Members “may” call us at any time of the day, also on Sundays.',
  'We answer. Ask us.',
]
const paragraphs = createParagraphIndex(texts.map((text, index) => ({ index: 10 + index, text })))

/** `paragraph:what stands there` and how it was found. */
function placeOf(issue: LocatableIssue): string | null {
  const place = resolveIssue(issue, paragraphs)
  if (place === null) return null
  const { position, start, end, level } = place
  return `${position}:${paragraphs.normalized(position).slice(start, end)} (${level})`
}

function startOf(issue: LocatableIssue): number | undefined {
  return resolveIssue(issue, paragraphs)?.start
}

const quote = (text: string, sourceSentence?: string, paragraph?: number): LocatableIssue => {
  return { text, location: { sourceSentence, paragraph } }
}

const span = (
  start: number | null,
  end: number | null | undefined,
  paragraph = 10,
): LocatableIssue => {
  return { text: 'doctor', location: { paragraph, start, end } }
}

test('offsets are trusted over the quote', () => {
  expect(placeOf(span(4, 8))).toBe('0:plan (offsets)')
})

test('offsets may reach from the first character to behind the last, and further at the end', () => {
  const { length } = texts[0] ?? ''
  expect(resolveIssue(span(0, 3), paragraphs)).toMatchObject({ start: 0, end: 3 })
  expect(resolveIssue(span(length, length), paragraphs)).toMatchObject({ start: 36, end: 36 })
  expect(resolveIssue(span(30, 99), paragraphs)).toMatchObject({ start: 30, end: 36 })
})

test.each([
  ['begin behind the paragraph', span(37, 40)],
  ['run backwards', span(8, 4)],
  ['have no start', span(null, 4)],
  ['have no end', span(4, null)],
  ['have an undefined end', span(4, undefined)],
  ['name a paragraph that is not there', span(4, 8, 99)],
])('offsets that %s are not trusted: the quote is searched', (_, issue) => {
  expect(placeOf(issue)).toBe('1:doctor (weak)')
})

test('an insertion has offsets without width', () => {
  expect(placeOf(span(4, 4))).toBe('0: (offsets)')
})

test('a quote without a sentence is a weak hit', () => {
  expect(placeOf(quote('doctor'))).toBe('1:doctor (weak)')
})

test('a quote inside its sentence is found there, not where it stands before', () => {
  const issue = quote('pay', 'Members pay the rest.', 10)
  expect(placeOf(issue)).toBe('0:pay (text)')
  expect(startOf(issue)).toBe(texts[0]?.indexOf('pay the'))
})

test('a quote may begin and end with its sentence', () => {
  expect(placeOf(quote('Members', 'Members pay the rest.', 10))).toBe('0:members (text)')
  expect(placeOf(quote('rest.', 'Members pay the rest.', 10))).toBe('0:rest. (text)')
})

test('a quote that only stands outside its sentence is searched elsewhere', () => {
  // Paragraph 11 has the sentence and “doctor”, but not inside it.
  expect(placeOf(quote('doctor', 'The plan may pay for it.', 11))).toBe(
    '1:the plan may pay for it. (sentence)',
  )
})

test('a quote that only begins in its sentence is not inside it', () => {
  const index = createParagraphIndex([{ index: 0, text: 'Ask us. You may. Ask us (now).' }])
  expect(resolveIssue(quote('us (', 'Ask us'), index)).toMatchObject({ end: 6, level: 'sentence' })
})

test('a quote is found in its sentence far away, at its end too, and when that stands twice', () => {
  const rows = ['a', 'b', 'c', 'd', 'Ask us. Ask us.'].map((text, index) => ({ index, text }))
  const find = (text: string) => resolveIssue(quote(text, 'Ask us.', 0), createParagraphIndex(rows))
  expect(find('ask')).toMatchObject({ position: 4, start: 0, level: 'text' })
  expect(find('us.')).toMatchObject({ position: 4, start: 4, level: 'text' })
})

test('offsets in a text that changes its length as a whole are not trusted', () => {
  // A half-width voicing mark with an accent: their normalised forms change places.
  const index = createParagraphIndex([{ index: 10, text: 'a\uFF9E\u0301b the doctor' }])
  expect(resolveIssue(span(0, 1), index)?.level).toBe('weak')
})

test('a sentence without the quote is found itself, also far away', () => {
  expect(placeOf(quote('pineapple', 'Ask us.', 10))).toBe('4:ask us. (sentence)')
  expect(placeOf(quote('pineapple', 'Members pay the rest.', 10))).toBe(
    '0:members pay the rest. (sentence)',
  )
})

test('whole words come first, parts of words count when there is nothing else', () => {
  expect(startOf(quote('art', undefined, 12))).toBe(texts[2]?.indexOf('art,'))
  expect(startOf(quote('tart', undefined, 12))).toBe(texts[2]?.indexOf('tart'))
  expect(startOf(quote('star', undefined, 12))).toBe(texts[2]?.indexOf('start'))
})

test('a word that goes on by a single letter is another word', () => {
  const index = createParagraphIndex([{ index: 0, text: 'The tars, a star and tar.' }])
  expect(resolveIssue(quote('tar'), index)?.start).toBe(21)
})

test('punctuation at the ends of a quote cuts no word', () => {
  expect(startOf(quote('. It', undefined, 12))).toBe(texts[2]?.indexOf('. It'))
  expect(placeOf(quote('“may”', undefined, 13))).toBe('3:"may" (weak)')
})

test('a hit in its sentence far away beats a weak one nearby', () => {
  const issue = quote('ask', 'Ask us.', 11)
  expect(placeOf(issue)).toBe('4:ask (text)')
})

test('a sentence that is nowhere leaves the weak hit, the nearest one first', () => {
  const nowhere = 'Nothing of the kind was ever written by anybody.'
  expect(placeOf(quote('ask', nowhere, 14))).toBe('4:ask (weak)')
  expect(placeOf(quote('ask', nowhere, 11))).toBe('1:ask (weak)')
  expect(placeOf(quote('ask', nowhere))).toBe('1:ask (weak)')
})

test('the named paragraph is searched first, then those before and behind it', () => {
  expect(placeOf(quote('plan', undefined, 11))).toBe('1:plan (weak)')
  expect(placeOf(quote('the', undefined, 13))).toBe('3:the (weak)')
  // Two away on both sides: the one before wins; one away wins over two.
  const rows = ['x one', 'two', 'three', 'four', 'x five', 'x six'].map((text, index) => {
    return { index, text }
  })
  const find = (paragraph: number) =>
    resolveIssue(quote('x', undefined, paragraph), createParagraphIndex(rows))?.position
  expect([0, 1, 2, 3, 4, 5].map(find)).toEqual([0, 0, 0, 4, 4, 5])
})

test('of two neighbours the one before wins', () => {
  const rows = ['a', 'x', 'c', 'x', 'e'].map((text, index) => ({ index, text }))
  expect(resolveIssue(quote('x', undefined, 2), createParagraphIndex(rows))?.position).toBe(1)
})

test('the farther of two neighbours is searched before all others', () => {
  const rows = ['x', 'b', 'c', 'd', 'e', 'x'].map((text, index) => ({ index, text }))
  expect(resolveIssue(quote('x', undefined, 3), createParagraphIndex(rows))?.position).toBe(5)
})

test('without a named paragraph the first one that has the quote is taken', () => {
  expect(placeOf(quote('plan'))).toBe('0:plan (weak)')
  expect(placeOf(quote('plan', undefined, 99))).toBe('0:plan (weak)')
})

test('a changed sentence is found, and the quote in it', () => {
  const changed = 'Ask the doctor before you take it.'
  expect(placeOf(quote('doctor', changed))).toBe('1:doctor (text)')
  expect(placeOf(quote('the doctor', changed, 11))).toMatch(/^1:ask your doctor .* \(sentence\)$/)
})

test('a weak hit nearby is taken before a changed sentence is searched', () => {
  expect(placeOf(quote('doctor', 'Ask the doctor before you take it.', 11))).toBe('1:doctor (weak)')
})

test('the most similar paragraph has the changed sentence, the first of equals', () => {
  const rows = ['We pay for nine visits.', 'We pay for six visits.', 'We pay for six visits.']
  const index = createParagraphIndex(rows.map((text, i) => ({ index: i, text })))
  const issue = quote('pineapple', 'We pay for sixx visits.')
  expect(resolveIssue(issue, index)).toMatchObject({ position: 1, level: 'sentence' })
})

test('a changed sentence is not searched far from the named paragraph', () => {
  const changed = 'Members may call us at any time of day, also on Sunday.'
  expect(placeOf(quote('pineapple', changed, 10))).toBeNull()
  expect(placeOf(quote('pineapple', changed, 12))).toMatch(/^3:members/)
  expect(placeOf(quote('pineapple', changed))).toMatch(/^3:members/)
})

test('a quote that only touches the changed sentence is not in it', () => {
  const text = 'A cab(Members pay all the rest. No-one else does).'
  const changed = 'Members pay all of the rest.'
  const find = (quoted: string) =>
    resolveIssue(quote(quoted, changed), createParagraphIndex([{ index: 0, text }]))
  // The stretch that is most like the sentence goes from 6 to 34.
  expect(find('pineapple')).toMatchObject({ start: 6, end: 34, level: 'sentence' })
  expect(find('cab(')).toMatchObject({ start: 6, end: 34, level: 'sentence' })
  expect(find('cab(m')).toMatchObject({ start: 2, end: 7, level: 'text' })
  expect(find('-one')).toMatchObject({ start: 6, end: 34, level: 'sentence' })
  expect(find('no-one')).toMatchObject({ start: 32, end: 38, level: 'text' })
})

test.each([
  ['nothing is quoted', quote('')],
  ['neither quote nor sentence is there', quote('pineapple', 'A pineapple fell.', 10)],
  ['the quote is not there', quote('pineapple', undefined, 10)],
  ['the quote is empty and the sentence is not there', quote('', 'A pineapple fell.')],
])('there is no place when %s', (_, issue) => {
  expect(placeOf(issue)).toBeNull()
})

test('an issue without a quote is where its sentence is', () => {
  expect(placeOf(quote('', 'We answer.'))).toBe('4:we answer. (sentence)')
})
