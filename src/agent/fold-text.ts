import { foldCompatibility } from '../lib/fold-compatibility.ts'
import { withoutInvisible } from './invisible.ts'

/** A text in the form in which quotes are compared, and where each of its letters came from. */
export type FoldedText = {
  text: string
  /** For each UTF-16 unit of `text`: where its letter begins and ends in the original. */
  starts: number[]
  ends: number[]
}

/**
 * A run of plain letters, as the first group, a letter with its marks, or a run of Hangul parts:
 * nothing composes across these.
 */
const cluster =
  /([!-_a-~]+(?!\p{M}))|[\u1100-\u11FF\uA960-\uA97F\uD7B0-\uD7FF]+|\P{M}\p{M}*|\p{M}+/gu

/**
 * Compatibility forms folded (NFKC), lower case, plain quotes and dashes, white space collapsed and
 * cut at both ends, invisible characters gone: how models garble what they copy.
 */
export function foldText(original: string): FoldedText {
  const folded: FoldedText = { text: '', starts: [], ends: [] }
  const parts: string[] = []
  let spaceBefore = true
  for (const { 0: letter, 1: plain, index } of original.matchAll(cluster)) {
    if (plain !== undefined) {
      spaceBefore = false
      parts.push(plain.toLowerCase())
      for (let at = index; at < index + plain.length; at += 1) {
        folded.starts.push(at)
        folded.ends.push(at + 1)
      }
      continue
    }
    for (const unit of foldLetter(letter)) {
      const space = unit === ' '
      if (space && spaceBefore) continue
      spaceBefore = space
      parts.push(unit)
      folded.starts.push(index)
      folded.ends.push(index + letter.length)
    }
  }
  if (parts.at(-1) === ' ') parts.pop()
  folded.text = parts.join('')
  return folded
}

/** In UTF-16 units. */
function foldLetter(letter: string): string[] {
  if (letter === ' ') return [letter]
  return withoutInvisible(foldCompatibility(letter))
    .replace(/[\u2018-\u201B\u2032`´]/gu, "'")
    .replace(/[\u201C-\u201F\u2033«»]/gu, '"')
    .replace(/[\u2010-\u2015\u2212]/gu, '-')
    .toLowerCase()
    .split('')
}
