import { expect, test } from 'vitest'
import type { Paragraph } from '../schema/document.ts'
import { chunkParagraphs } from './chunk-paragraphs.ts'

const paragraphs = Array.from({ length: 5 }, (_, index): Paragraph => ({
  index,
  page: 1,
  text: `${index}`,
  role: 'body',
  words: [],
}))
const indexes = (chunks: Paragraph[][]) => chunks.map((chunk) => chunk.map(({ index }) => index))

test('the last chunk takes what is left', () => {
  expect(indexes(chunkParagraphs(paragraphs, 2))).toEqual([[0, 1], [2, 3], [4]])
})

test('-1 puts the whole document into one chunk', () => {
  expect(indexes(chunkParagraphs(paragraphs, -1))).toEqual([[0, 1, 2, 3, 4]])
  expect(chunkParagraphs([], -1)).toEqual([])
})

test('headers, footers and page numbers are not reviewed', () => {
  const roles = ['header', 'body', 'footer', 'page-number', 'body'] as const
  const mixed = paragraphs.map((paragraph, i) => ({ ...paragraph, role: roles[i] ?? 'body' }))
  expect(indexes(chunkParagraphs(mixed, 32))).toEqual([[1, 4]])
})
