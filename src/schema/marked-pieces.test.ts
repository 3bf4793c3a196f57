import { expect, test } from 'vitest'
import { cutAtMarks, markedPieces } from './marked-pieces.ts'

type Ranges = Parameters<typeof markedPieces>[1]

/** `[truth detected:text]` for a marked piece, `…n…` for what is left out. */
function shown(text: string, ranges: Ranges): string {
  const { before, pieces, after } = markedPieces(text, ranges)
  const inner = pieces.map(({ text: own, marks }) =>
    marks.length === 0 ? own : `[${marks.join(' ')}:${own}]`,
  )
  const leftOut = (characters: number): string => (characters === 0 ? '' : `…${characters}…`)
  return `${leftOut(before)}${inner.join('')}${leftOut(after)}`
}

test('what is there and what was detected are marked, and where they overlap both', () => {
  const ranges = { truth: { start: 4, end: 11 }, detected: { start: 8, end: 15 } }
  expect(shown('One two & three four', ranges)).toBe(
    'One [truth:two ][truth detected:& t][detected:hree] four',
  )
})

test('text without a place is shown unmarked', () => {
  expect(shown('a < b', { truth: null, detected: null })).toBe('a < b')
})

test('an insertion is an empty mark at its place', () => {
  const insertion = { truth: { start: 4, end: 4 }, detected: { start: 0, end: 9 } }
  expect(shown('They late', insertion)).toBe('[detected:They][truth:][detected: late]')
  const atEnd = { truth: { start: 4, end: 4 }, detected: null }
  expect(shown('They', atEnd)).toBe('They[truth:]')
})

test('a mark at the very start or end of the text is kept', () => {
  expect(shown('abc', { truth: { start: 0, end: 3 }, detected: null })).toBe('[truth:abc]')
})

test('of a long paragraph the surroundings are shown, and how much is left out', () => {
  const text = `${'before '.repeat(1000)}HERE${' after'.repeat(1000)}`
  const ranges = { truth: null, detected: { start: 7000, end: 7004 } }
  expect(shown(text, ranges)).toMatch(
    /^…\d+…before .*before \[detected:HERE\] after.*after …\d+…$/u,
  )
  const { before, pieces, after } = markedPieces(text, ranges)
  const length = pieces.reduce((sum, piece) => sum + piece.text.length, 0)
  expect(before + length + after).toBe(text.length)
  expect(length).toBeLessThan(1100)
})

test('a long text without white space is not cut inside a letter', () => {
  const [few, many] = ['😀'.repeat(100), '😀'.repeat(1000)]
  const text = `${many}-${few}HERE${few}-${many}`
  const start = text.indexOf('HERE')
  const cut = shown(text, { truth: { start, end: start + 4 }, detected: null })
  expect(cut).toMatch(/^…\d+…/u)
  expect(cut.isWellFormed()).toBe(true)
})

test('a paragraph that is only a little longer than what is shown is whole', () => {
  const text = `${'a '.repeat(340)}HERE${' b'.repeat(340)}`
  const { before, after } = markedPieces(text, { truth: { start: 680, end: 684 }, detected: null })
  expect([before, after]).toEqual([0, 0])
})

test('a long text without a place is shown from its start', () => {
  const cut = shown('word '.repeat(1000), { truth: null, detected: null })
  expect(cut).toMatch(/^word .*…\d+…$/u)
})

test('a text that is wanted whole is whole, however long it is', () => {
  const text = 'word '.repeat(1000)
  const ranges = { truth: { start: 2500, end: 2504 }, detected: null }
  const { before, pieces, after } = markedPieces(text, ranges, true)
  expect([before, after, pieces.map((piece) => piece.text).join('')]).toEqual([0, 0, text])
})

test('text is cut where marks begin, end and overlap, and where something is missing', () => {
  const marks = [
    { mark: 1, start: 0, end: 4 },
    { mark: 2, start: 2, end: 6 },
    { mark: 3, start: 8, end: 8 },
  ]
  expect(cutAtMarks('abcdefgh', marks)).toEqual([
    { start: 0, text: 'ab', marks: [1] },
    { start: 2, text: 'cd', marks: [1, 2] },
    { start: 4, text: 'ef', marks: [2] },
    { start: 6, text: 'gh', marks: [] },
    { start: 8, text: '', marks: [3] },
  ])
})
