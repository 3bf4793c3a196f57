import type { PageWord } from './page-word.ts'

type Context = {
  sameLine: boolean
  /** Whether the document has this word, in lower case, elsewhere. */
  isKnown: (word: string) => boolean
}

const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u
const endsInHyphen = /(\p{L}+)[-‐]$/u
const startsLower = /^\p{Ll}+/u

/**
 * How two words that follow each other are joined: by a space, not at all, or as the two halves of
 * a word that was broken at a line end. A hyphen that belongs to the word stays: the document says
 * whether it writes "in-network" or "information" elsewhere.
 */
export function joinWords(
  a: PageWord,
  b: PageWord,
  context: Context,
): 'space' | 'touch' | 'drop-hyphen' {
  if (unspaced.test(a.text.slice(-1)) && unspaced.test(b.text.slice(0, 1))) return 'touch'
  if (context.sameLine) return b.spaceBefore || isApart(a, b) ? 'space' : 'touch'
  const [, half] = endsInHyphen.exec(a.text) ?? []
  const [rest] = startsLower.exec(b.text) ?? []
  if (half === undefined || rest === undefined)
    return a.text.endsWith('-') && half ? 'touch' : 'space'
  if (context.isKnown(`${half}${rest}`)) return 'drop-hyphen'
  return context.isKnown(`${half}-${rest}`) ? 'touch' : 'drop-hyphen'
}

function isApart(a: PageWord, b: PageWord): boolean {
  const gap = Math.max(a.left, b.left) - Math.min(a.right, b.right)
  return gap > 0.15 * Math.max(a.fontSize, b.fontSize)
}
