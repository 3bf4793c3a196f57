import { expect, test } from 'vitest'
import type { Quad, Word } from '../schema/document.ts'
import { mergeQuads } from './merge-quads.ts'

function box(left: number, bottom: number, height = 10): Quad {
  const [right, top] = [left + 20, bottom + height]
  return [left, top, right, top, left, bottom, right, bottom]
}

function word(quad: Quad, page = 1): Word {
  return { text: 'word', start: 0, end: 4, page, quad }
}

test('words of one line become one quadrilateral that holds the taller ones', () => {
  const words = [word(box(10, 100)), word(box(34, 99, 14)), word(box(58, 100))]
  expect(mergeQuads(words)).toEqual([{ page: 1, quad: [10, 113, 78, 113, 10, 99, 78, 99] }])
})

test('another line, a far gap and another page start a new quadrilateral', () => {
  const words = [word(box(10, 100)), word(box(10, 80)), word(box(200, 80)), word(box(224, 80), 2)]
  expect(mergeQuads(words).map(({ page }) => page)).toEqual([1, 1, 1, 2])
})

test('text that runs upwards keeps its own top left corner', () => {
  const up = (bottom: number): Quad => [90, bottom, 90, bottom + 20, 100, bottom, 100, bottom + 20]
  const [merged] = mergeQuads([word(up(10)), word(up(34))])
  expect(merged?.quad.map((n) => Math.round(n))).toEqual([90, 10, 90, 54, 100, 10, 100, 54])
})

test('no words give no quadrilateral', () => {
  expect(mergeQuads([])).toEqual([])
})
