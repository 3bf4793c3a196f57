import { expect, test } from 'vitest'
import type { DocumentText } from '../../../src/schema/workplace.ts'
import { indexWords, pickedText, pickOf, pickTo } from './word-index.ts'

const quad = (left: number) => [left, 10, left + 8, 10, left, 0, left + 8, 0] as const

const document: DocumentText = {
  sha256: 'a'.repeat(64),
  name: 'memo.pdf',
  pages: [{ number: 1, width: 600, height: 800, hasText: true }],
  paragraphs: [
    {
      index: 0,
      page: 1,
      text: 'All costs are covered.',
      role: 'body',
      words: [
        { text: 'All', start: 0, end: 3, page: 1, quad: [...quad(0)] },
        { text: 'costs', start: 4, end: 9, page: 1, quad: [...quad(10)] },
        { text: 'are', start: 10, end: 13, page: 2, quad: [...quad(20)] },
        { text: 'covered.', start: 14, end: 22, page: 2, quad: [...quad(30)] },
      ],
    },
    { index: 1, page: 2, text: 'No  boxes here', role: 'body', words: [] },
  ],
}
const index = indexWords(document)

test('words are indexed by page, and words without boxes by their text', () => {
  expect(index.onPage.get(1)).toEqual([0, 1])
  expect(index.onPage.get(2)).toEqual([2, 3])
  expect(index.words.slice(4).map(({ text, start }) => [text, start])).toEqual([
    ['No', 0],
    ['boxes', 4],
    ['here', 10],
  ])
})

test('a pick goes either way and stays in the paragraph where it began', () => {
  expect(pickTo(index, 1, 3)).toEqual({ from: 1, to: 3 })
  expect(pickTo(index, 3, 0)).toEqual({ from: 0, to: 3 })
  expect(pickTo(index, 2, 6)).toEqual({ from: 2, to: 3 })
  expect(pickTo(index, 5, 0)).toEqual({ from: 4, to: 5 })
})

test('a pick is told to the server in offsets of the paragraph', () => {
  const text = pickedText(document, index, { from: 1, to: 2 })
  expect(text).toEqual({ paragraph: 0, start: 4, end: 13, text: 'costs are' })
})

test('a stretch of text becomes the whole words that it touches', () => {
  expect(pickOf(index, 0, { start: 6, end: 11 })).toEqual({ from: 1, to: 2 })
  expect(pickOf(index, 1, { start: 2, end: 6 })).toEqual({ from: 5, to: 5 })
  expect(pickOf(index, 7, { start: 0, end: 1 })).toBeNull()
})
