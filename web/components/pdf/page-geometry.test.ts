import { expect, test } from 'vitest'
import { boxAt, distanceTo, gap, layOut, rectangleOf, sized } from './page-geometry.ts'
import { livePages } from './use-page-layout.ts'

const pages = sized([1, 2, 3].map((number) => ({ number, width: 600, height: 800, hasText: true })))
const [page] = pages

test('pages lie below one another with a gap', () => {
  const { boxes, height } = layOut(pages, 0.5)
  expect(boxes.map(({ top }) => top)).toEqual([gap, 2 * gap + 400, 3 * gap + 800])
  expect(height).toBe(4 * gap + 1200)
  expect(boxAt(boxes, 0)).toBe(0)
  expect(boxAt(boxes, gap + 401)).toBe(1)
  expect(boxAt(boxes, 99_999)).toBe(2)
})

test.each([
  { rotation: 0, x: 10, y: 790, width: 20, height: 10 },
  { rotation: 90, x: 0, y: 10, width: 10, height: 20 },
  { rotation: 180, x: 570, y: 0, width: 20, height: 10 },
  { rotation: 270, x: 590, y: 770, width: 10, height: 20 },
] as const)('a word at the bottom left of a page turned by $rotation degrees', (expected) => {
  const { rotation, ...rectangle } = expected
  // 20 wide and 10 high, 10 from the left edge, at the bottom.
  const quad = [10, 10, 30, 10, 10, 0, 30, 0] as const
  expect(rectangleOf([...quad], page!, rotation)).toEqual(rectangle)
})

test('a point inside is no distance away, and lines are further apart than words', () => {
  const box = { x: 10, y: 10, width: 20, height: 10 }
  expect(distanceTo({ x: 15, y: 12 }, box)).toBe(0)
  expect(distanceTo({ x: 15, y: 24 }, box)).toBeGreaterThan(distanceTo({ x: 38, y: 12 }, box))
})

test('at most five pages hold a canvas, those in sight before their neighbours', () => {
  expect(livePages({ first: 0, last: 0 }, 300, 5)).toEqual({ first: 0, last: 4 })
  expect(livePages({ first: 10, last: 11 }, 300, 5)).toEqual({ first: 9, last: 13 })
  expect(livePages({ first: 299, last: 299 }, 300, 5)).toEqual({ first: 297, last: 299 })
  expect(livePages({ first: 20, last: 29 }, 300, 5)).toEqual({ first: 22, last: 26 })
})
