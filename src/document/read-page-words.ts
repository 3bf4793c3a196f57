import type { PageBox, Pdfium } from './pdfium.ts'
import { turnPoint, type PageWord } from './page-word.ts'

/** PDFium's mark for a hyphen at a line end that it takes for a break within a word. */
const lineEndHyphen = 0x02
const softHyphen = 0xad
const boldWeight = 600
const ligatures = ['ff', 'fi', 'fl', 'ffi', 'ffl', 'st', 'st']
/** Scripts that are written without spaces: each character is a word of its own. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u

type Char = { text: string; box: [number, number, number, number]; hyphen: boolean }

/**
 * Words with their boxes in the order of the file. A word ends at white space, at a jump of the pen
 * and, in scripts without spaces, at every character.
 */
export function readPageWords(pdfium: Pdfium, text: number, box: PageBox): PageWord[] {
  const memory = pdfium.pdfium
  const buffer = memory._malloc(16)
  const words: PageWord[] = []
  let word: PageWord | undefined
  let spaceBefore = false
  try {
    const count = pdfium.FPDFText_CountChars(text)
    for (let index = 0; index < count; index += 1) {
      const char = readChar(pdfium, text, { index, buffer, box })
      if (char === undefined) {
        word = undefined
        spaceBefore = true
      } else if (word && continuesWord(word, char)) extendWord(word, char)
      else {
        word = startWord(pdfium, text, { index, char, spaceBefore })
        words.push(word)
        spaceBefore = false
      }
    }
  } finally {
    memory._free(buffer)
  }
  return words
}

/** @returns undefined for white space and for what has no place or no meaning */
function readChar(
  pdfium: Pdfium,
  text: number,
  { index, buffer, box }: { index: number; buffer: number; box: PageBox },
): Char | undefined {
  const code = pdfium.FPDFText_GetUnicode(text, index) >>> 0
  const hyphen = code === lineEndHyphen || code === softHyphen
  const string = hyphen ? '-' : characterOf(code)
  if (string === undefined || /\s/u.test(string)) return undefined
  if (!pdfium.FPDFText_GetLooseCharBox(text, index, buffer)) return undefined
  const [left = 0, top = 0, right = 0, bottom = 0] = new Float32Array(
    pdfium.pdfium.HEAPU8.buffer,
    buffer,
    4,
  )
  const [x, y] = [box.left, box.bottom]
  return { text: string, box: [left - x, bottom - y, right - x, top - y], hyphen }
}

function characterOf(code: number): string | undefined {
  if (code < 0x20 || code === 0xfffe || code === 0xffff || code > 0x10ffff) return undefined
  return ligatures[code - 0xfb00] ?? String.fromCodePoint(code)
}

function startWord(
  pdfium: Pdfium,
  text: number,
  { index, char, spaceBefore }: { index: number; char: Char; spaceBefore: boolean },
): PageWord {
  const turn = quarterTurn(pdfium.FPDFText_GetCharAngle(text, index))
  const frame = frameOf(char, turn)
  return {
    text: char.text,
    ...frame,
    turn,
    fontSize: fontSizeOf(frame, pdfium.FPDFText_GetFontSize(text, index)),
    bold: pdfium.FPDFText_GetFontWeight(text, index) >= boldWeight,
    spaceBefore,
    hyphenated: char.hyphen,
  }
}

/** The nominal size is useless where a matrix scales it; then the box's height tells. */
function fontSizeOf(frame: Frame, nominal: number): number {
  const height = frame.top - frame.bottom
  return nominal > height / 2 && nominal < height * 2 ? nominal : Math.max(height, 0.1)
}

function continuesWord(word: PageWord, char: Char): boolean {
  if (unspaced.test(char.text) || unspaced.test(word.text)) return false
  const { left, right, bottom, top } = frameOf(char, word.turn)
  const slack = word.fontSize * 0.5
  const overlap = Math.min(top, word.top) - Math.max(bottom, word.bottom)
  const near = left - word.right < slack && word.left - right < slack
  return near && overlap > Math.min(top - bottom, word.top - word.bottom) / 2
}

function extendWord(word: PageWord, char: Char): void {
  const { left, right, bottom, top } = frameOf(char, word.turn)
  word.text += char.text
  word.left = Math.min(word.left, left)
  word.right = Math.max(word.right, right)
  word.bottom = Math.min(word.bottom, bottom)
  word.top = Math.max(word.top, top)
  word.hyphenated = char.hyphen
}

type Frame = Pick<PageWord, 'left' | 'right' | 'bottom' | 'top'>

function frameOf(char: Char, turn: PageWord['turn']): Frame {
  const [x0, y0] = turnPoint([char.box[0], char.box[1]], turn)
  const [x1, y1] = turnPoint([char.box[2], char.box[3]], turn)
  return {
    left: Math.min(x0, x1),
    right: Math.max(x0, x1),
    bottom: Math.min(y0, y1),
    top: Math.max(y0, y1),
  }
}

/** @param angle radians, clockwise; negative when PDFium does not know */
function quarterTurn(angle: number): PageWord['turn'] {
  const turns = Math.round(Math.max(0, angle) / (Math.PI / 2)) % 4
  return turns === 1 ? 3 : turns === 2 ? 2 : turns === 3 ? 1 : 0
}
