import type { PageWord } from './page-word.ts'
import type { PageImage } from './render-page.ts'

type Box = { x0: number; y0: number; x1: number; y1: number }

/** What tesseract.js says of a line; in pixels from the picture's top left. Confidences are 0-100. */
export type OcrLine = {
  confidence: number
  bbox: Box
  /** From the left to the right end of the line. */
  baseline: Box
  rowAttributes: { rowHeight: number; descenders: number }
  words: { text: string; confidence: number; bbox: Box }[]
}

/** Less is what pictures, rules and stains look like. */
const minLineConfidence = 40
/** Bullets are taken for all kinds of signs, with little confidence. */
const minSignConfidence = 60
const hasLetter = /[\p{L}\p{N}]/u

/**
 * Words of a picture of a page in the frame of the page itself, which the picture may show turned.
 * Like those of a PDF's own text they are as high as their line.
 */
export function toPageWords(lines: OcrLine[], image: PageImage): PageWord[] {
  return lines
    .filter((line) => line.confidence >= minLineConfidence)
    .flatMap((line) =>
      line.words
        .filter(({ text, confidence }) => hasLetter.test(text) || confidence >= minSignConfidence)
        .map((word) => toPageWord(word, line, image)),
    )
}

function toPageWord(
  { text, bbox }: OcrLine['words'][number],
  line: OcrLine,
  { width, height, pixelsPerPoint, rotation }: PageImage,
): PageWord {
  const [top, bottom] = rowAt((bbox.x0 + bbox.x1) / 2, line)
  // Coordinates begin at the page's own bottom left, which the turned picture shows elsewhere.
  const right = rotation === 2 || rotation === 3 ? width : 0
  const up = rotation === 1 || rotation === 2 ? 0 : height
  return {
    text,
    left: (bbox.x0 - right) / pixelsPerPoint,
    right: (bbox.x1 - right) / pixelsPerPoint,
    bottom: (up - bottom) / pixelsPerPoint,
    top: (up - top) / pixelsPerPoint,
    turn: rotation,
    fontSize: (bottom - top) / pixelsPerPoint,
    bold: false,
    spaceBefore: true,
  }
}

/** Top and bottom of the line at a place along it: the lines of a scan are never quite level. */
function rowAt(x: number, { baseline, bbox, rowAttributes }: OcrLine): [number, number] {
  const { rowHeight, descenders } = rowAttributes
  const length = baseline.x1 - baseline.x0
  if (!(rowHeight > 0) || !(length > 0)) return [bbox.y0, bbox.y1]
  const slope = (baseline.y1 - baseline.y0) / length
  const bottom = baseline.y0 + slope * (x - baseline.x0) + descenders
  return [bottom - rowHeight, bottom]
}
