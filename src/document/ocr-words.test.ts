import { describe, expect, test } from 'vitest'
import { type OcrLine, toPageWords } from './ocr-words.ts'
import { quadOf } from './page-word.ts'
import type { PageImage } from './render-page.ts'

/** Two pixels a point; shown 300 by 100 points. */
const image = { bytes: Buffer.alloc(0), width: 600, height: 200, pixelsPerPoint: 2 }
const pictures = ([0, 1, 2, 3] as const).map((rotation): PageImage => ({ ...image, rotation }))

const line: OcrLine = {
  confidence: 90,
  bbox: { x0: 20, y0: 40, x1: 580, y1: 70 },
  baseline: { x0: 0, y0: 60, x1: 600, y1: 60 },
  rowAttributes: { rowHeight: 30, descenders: 8 },
  words: [{ text: 'Plan', confidence: 90, bbox: { x0: 20, y0: 42, x1: 80, y1: 60 } }],
}

/** The word's top left, top right and bottom left corner, seen by its reader, from the page's corner. */
const corners = [
  { rotation: 0, expected: [10, 81, 40, 81, 10, 66] },
  // Turned clockwise for the reader: what is up to the left edge of the page.
  { rotation: 1, expected: [19, 10, 19, 40, 34, 10] },
  { rotation: 2, expected: [290, 19, 260, 19, 290, 34] },
  { rotation: 3, expected: [81, 290, 81, 260, 66, 290] },
] as const

describe('a word lies where it is on the page, whatever way the page is shown', () => {
  test.each(corners)('$rotation quarter turns', ({ rotation, expected }) => {
    const [word] = pictures.flatMap((picture) => {
      return picture.rotation === rotation ? toPageWords([line], picture) : []
    })
    expect(word && quadOf(word).slice(0, 6)).toEqual(expected)
  })
})

const upright: PageImage = { ...image, rotation: 0 }

test('a line that is not level has words at their own height', () => {
  const [left, right] = [line.words[0]?.bbox, { x0: 520, y0: 62, x1: 580, y1: 80 }].map((bbox) => {
    const words = bbox ? [{ text: 'Plan', confidence: 90, bbox }] : []
    const baseline = { x0: 0, y0: 60, x1: 600, y1: 90 }
    return toPageWords([{ ...line, baseline, words }], upright)[0]
  })
  expect(left?.bottom).toBeCloseTo(100 - 70.5 / 2)
  expect(right?.bottom).toBeCloseTo(100 - 95.5 / 2)
})

test('a line without a baseline is as high as its box', () => {
  const baseline = { x0: 0, y0: 0, x1: 0, y1: 0 }
  expect(toPageWords([{ ...line, baseline }], upright)).toMatchObject([{ top: 80, bottom: 65 }])
})

test('lines that are noise and signs that are guesses are left out, a doubtful word is not', () => {
  const bbox = { x0: 20, y0: 42, x1: 80, y1: 60 }
  const words = [
    { text: '«', confidence: 47, bbox },
    { text: "provider's", confidence: 0, bbox },
    { text: '–', confidence: 90, bbox },
  ]
  const noise = { ...line, confidence: 20 }
  const kept = toPageWords([noise, { ...line, words }], upright)
  expect(kept.map(({ text }) => text)).toEqual(["provider's", '–'])
})
