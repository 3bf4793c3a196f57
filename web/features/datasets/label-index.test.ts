import { expect, test } from 'vitest'
import type { Quad, Word } from '../../../src/schema/document.ts'
import { indexExample, placesOnPages } from './label-index.ts'

/** On lines of 12 points, from the top down. */
function word(text: string, at: { start: number; page?: number; line: number; x: number }): Word {
  const { start, page = 1, line, x } = at
  const [top, bottom] = [700 - 14 * line, 688 - 14 * line]
  const quad: Quad = [x, top, x + 40, top, x, bottom, x + 40, bottom]
  return { text, start, end: start + text.length, page, quad }
}

const text = 'We pay at once.'
const words = [
  word('We', { start: 0, line: 0, x: 72 }),
  word('pay', { start: 3, line: 0, x: 120 }),
  word('at', { start: 7, line: 1, x: 72 }),
  word('once.', { start: 10, page: 2, line: 1, x: 120 }),
]
const document = { paragraphs: [{ index: 0, page: 1, text, role: 'body' as const, words }] }

test('words of a label are one box on each line and page', () => {
  const index = indexExample([{ index: 0, text }], document)
  expect(placesOnPages(index, { paragraph: 0, start: 0, end: 15 })).toEqual([
    { page: 1, quad: [72, 700, 160, 700, 72, 688, 160, 688] },
    { page: 1, quad: words[2]?.quad },
    { page: 2, quad: words[3]?.quad },
  ])
  expect(placesOnPages(index, { paragraph: 0, start: 3, end: 6 })).toEqual([
    { page: 1, quad: words[1]?.quad },
  ])
})

test('a text that its file was read differently from has words, but no places', () => {
  const index = indexExample([{ index: 0, text: 'We pay at last.' }], document)
  expect(index.words.map((one) => one.text)).toEqual(['We', 'pay', 'at', 'last.'])
  expect(placesOnPages(index, { paragraph: 0, start: 0, end: 15 })).toEqual([])
  expect(indexExample([{ index: 0, text }], null).onPage.size).toBe(0)
})
