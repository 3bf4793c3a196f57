import { expect, test } from 'vitest'
import type { MistakeInContext } from '../schema/evaluation-details.ts'
import { quotedLength, quoteMistakes } from './quote-mistakes.ts'

const mistake: MistakeInContext = {
  kind: 'bad span',
  document: 'memo',
  detected: { type: 'Tone', text: 'always' },
  truth: { type: 'Tone', text: 'always covers' },
  sentence: 'It always covers it.',
  paragraph: null,
  detectedRange: null,
  truthRange: null,
}

function inParagraph(text: string, start: number, end: number): MistakeInContext {
  const ranges = { detectedRange: { start, end }, truthRange: { start, end: end + 2 } }
  return { ...mistake, paragraph: { index: 3, text }, ...ranges }
}

const before = 'x'.repeat(500)
const after = 'y'.repeat(900)

test('a mistake has its surroundings, and says how much is left out', () => {
  const [quoted] = quoteMistakes([inParagraph(`${before}always!?${after}`, 500, 506)])
  expect(quoted?.paragraph).toEqual({
    index: 3,
    text: `${'x'.repeat(200)}always!?${'y'.repeat(200)}`,
    leftOut: { before: 300, after: 700 },
  })
  expect(quoted?.detectedRange).toEqual({ start: 200, end: 206 })
  expect(quoted?.truthRange).toEqual({ start: 200, end: 208 })
})

test('a short paragraph stays whole, and one without a mark has its beginning', () => {
  const [whole] = quoteMistakes([inParagraph('It always covers it.', 3, 9)])
  expect(whole?.paragraph).toEqual({
    index: 3,
    text: 'It always covers it.',
    leftOut: { before: 0, after: 0 },
  })
  const unmarked = { ...mistake, paragraph: { index: 0, text: after } }
  const [beginning] = quoteMistakes([unmarked])
  expect(beginning?.paragraph).toMatchObject({ text: after.slice(0, 200), leftOut: { after: 700 } })
})

test('however much an agent reports, a mistake tells little of it', () => {
  const long = `${before}${after}`
  const everything = {
    ...inParagraph(long, 0, long.length - 2),
    detected: { type: 'Tone', text: long },
    sentence: long,
  }
  const [quoted] = quoteMistakes([everything])
  expect(quoted?.detected?.text).toBe(`${long.slice(0, 300)} …`)
  expect(quoted?.paragraph?.text).toBe(long.slice(0, 800))
  expect(quoted?.truthRange).toEqual({ start: 0, end: 800 })
  expect(quotedLength(quoteMistakes([everything, everything]))).toBe(2 * (302 + 13 + 302 + 800))
})

test('no character is cut in two', () => {
  const [quoted] = quoteMistakes([inParagraph(`${'🙂'.repeat(150)}a${'🙂'.repeat(200)}`, 300, 301)])
  expect(quoted?.paragraph?.text.isWellFormed()).toBe(true)
  expect(
    quoted?.paragraph?.text.slice(quoted.detectedRange?.start, quoted.detectedRange?.end),
  ).toBe('a')
})
