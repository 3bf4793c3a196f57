import { createLcs } from './indel.ts'

export interface Window {
  start: number
  end: number
  similarity: number
}

const wordCharacter = /[\p{L}\p{N}_]/u

export function isWordCharacter(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code < 128)
    return (
      (code >= 97 && code <= 122) ||
      (code >= 48 && code <= 57) ||
      (code >= 65 && code <= 90) ||
      code === 95
    )
  return wordCharacter.test(text.charAt(at))
}

function isWordStart(text: string, at: number): boolean {
  if (at === 0 || text.charAt(at - 1) === ' ') return true
  return isWordCharacter(text, at) && !isWordCharacter(text, at - 1)
}

/** Letters that a text shares with a window that slides over another: an upper bound of their LCS. */
function createSharedLetters(text: string) {
  const missing = new Map<number, number>()
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    missing.set(code, (missing.get(code) ?? 0) + 1)
  }
  let shared = 0
  return {
    count: () => shared,
    add(code: number) {
      const left = missing.get(code)
      if (left === undefined) return
      if (left > 0) shared++
      missing.set(code, left - 1)
    },
    remove(code: number) {
      const left = missing.get(code)
      if (left === undefined) return
      if (left >= 0) shared--
      missing.set(code, left + 1)
    },
  }
}

/**
 * The stretch of `text` most like `sentence`: as long as it, from the start of a word. The first of
 * several equals wins.
 *
 * @returns null when none reaches `least`
 */
export function bestWindow(text: string, sentence: string, least: number): Window | null {
  const size = sentence.length
  if (size === 0) return null
  const lcs = createLcs(sentence)
  const letters = createSharedLetters(sentence)
  for (let i = 0; i < Math.min(size, text.length); i++) letters.add(text.charCodeAt(i))

  let best: Window | null = null
  for (let start = 0; start < text.length; start++) {
    const end = Math.min(start + size, text.length)
    const total = size + end - start
    const bound = (2 * letters.count()) / total
    if (bound >= least && (best === null || bound > best.similarity) && isWordStart(text, start)) {
      const similarity = (2 * lcs(text.slice(start, end))) / total
      if (similarity >= least && (best === null || similarity > best.similarity))
        best = { start, end, similarity }
    }
    letters.remove(text.charCodeAt(start))
    if (start + size < text.length) letters.add(text.charCodeAt(start + size))
  }
  return best
}
