import type { PageBox, Pdfium } from './pdfium.ts'
import { turnPoint, type PageWord } from './page-word.ts'

/** PDFium's mark for a hyphen at a line end that it takes for a break within a word. */
const lineEndHyphen = 0x02
const softHyphen = 0xad
const boldWeight = 600
const ligatures = ['ff', 'fi', 'fl', 'ffi', 'ffl', 'st', 'st']
/** Scripts that are written without spaces: each character is a word of its own. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u

type Char = Frame & { text: string }

/**
 * Words with their boxes in the order of the file. A word ends at white space, at a jump of the pen
 * and, in scripts without spaces, at every character.
 */
export function readPageWords(pdfium: Pdfium, text: number, box: PageBox): PageWord[] {
  const buffer = pdfium.pdfium._malloc(16)
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
      } else if (word === undefined || !extendWord(word, char)) {
        word = startWord(pdfium, text, { index, char, spaceBefore })
        words.push(word)
        spaceBefore = false
      }
    }
  } finally {
    pdfium.pdfium._free(buffer)
  }
  return words
}

/** @returns undefined for white space and for what has no place or no meaning */
function readChar(
  { pdfium }: Pdfium,
  text: number,
  { index, buffer, box }: { index: number; buffer: number; box: PageBox },
): Char | undefined {
  const code = pdfium._FPDFText_GetUnicode(text, index) >>> 0
  const hyphen = code === lineEndHyphen || code === softHyphen
  const string = hyphen ? '-' : characterOf(code)
  if (string === undefined) return undefined
  if (pdfium._FPDFText_GetLooseCharBox(text, index, buffer) === 0) return undefined
  const { HEAPF32: floats } = pdfium
  const at = buffer >> 2
  return {
    text: string,
    left: (floats[at] ?? 0) - box.left,
    top: (floats[at + 1] ?? 0) - box.bottom,
    right: (floats[at + 2] ?? 0) - box.left,
    bottom: (floats[at + 3] ?? 0) - box.bottom,
  }
}

/** @returns undefined for white space, controls and what is no character */
function characterOf(code: number): string | undefined {
  if (code > 0x20 && code < 0x7f) return String.fromCharCode(code)
  if (code <= 0x20 || code === 0xfffe || code === 0xffff || code > 0x10ffff) return undefined
  const text = ligatures[code - 0xfb00] ?? String.fromCodePoint(code)
  return /\s/u.test(text) ? undefined : text
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
    left: frame.left,
    right: frame.right,
    bottom: frame.bottom,
    top: frame.top,
    turn,
    fontSize: fontSizeOf(frame, pdfium.FPDFText_GetFontSize(text, index)),
    bold: pdfium.FPDFText_GetFontWeight(text, index) >= boldWeight,
    spaceBefore,
  }
}

/** The nominal size is useless where a matrix scales it; then the box's height tells. */
function fontSizeOf(frame: Frame, nominal: number): number {
  const height = frame.top - frame.bottom
  return nominal > height / 2 && nominal < height * 2 ? nominal : Math.max(height, 0.1)
}

/** Adds the character when it stands right beside the word, on the same line. */
function extendWord(word: PageWord, char: Char): boolean {
  const { left, right, bottom, top } = frameOf(char, word.turn)
  const slack = word.fontSize * 0.5
  if (left - word.right > slack || word.left - right > slack) return false
  const overlap = Math.min(top, word.top) - Math.max(bottom, word.bottom)
  if (overlap < Math.min(top - bottom, word.top - word.bottom) / 2) return false
  if (isUnspaced(char.text) || isUnspaced(word.text)) return false
  word.text += char.text
  word.left = Math.min(word.left, left)
  word.right = Math.max(word.right, right)
  word.bottom = Math.min(word.bottom, bottom)
  word.top = Math.max(word.top, top)
  return true
}

function isUnspaced(text: string): boolean {
  return text.charCodeAt(0) > 0x2e7f && unspaced.test(text)
}

type Frame = Pick<PageWord, 'left' | 'right' | 'bottom' | 'top'>

function frameOf(box: Frame, turn: PageWord['turn']): Frame {
  if (turn === 0) return box
  const [x0, y0] = turnPoint([box.left, box.bottom], turn)
  const [x1, y1] = turnPoint([box.right, box.top], turn)
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
