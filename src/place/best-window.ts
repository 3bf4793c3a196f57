import { createLcs } from './indel.ts'
import { unlimited, type Work } from './work.ts'

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

const codeUnits = 2 ** 16

/** Letters that a text shares with a window that slides over another: an upper bound of their LCS. */
function createSharedLetters(text: string) {
  // Below 0 where the window has more of a letter than the text.
  const missing = new Int32Array(codeUnits)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    missing[code] = (missing[code] ?? 0) + 1
  }
  let shared = 0
  return {
    count: () => shared,
    add(code: number) {
      const left = missing[code] ?? 0
      if (left > 0) shared++
      missing[code] = left - 1
    },
    remove(code: number) {
      const left = missing[code] ?? 0
      if (left >= 0) shared--
      missing[code] = left + 1
    },
  }
}

/** What one start of a window costs, in steps of an LCS. */
const stepsPerStart = 4

/** @returns null when no window is as like as wanted. @throws TooMuchWork */
export type FindWindow = (text: string, least: number) => Window | null

/**
 * Finds the stretch of a text most like `sentence`: as long as it, from the start of a word. The first
 * of several equals wins. Worth keeping when several texts are searched.
 */
export function createWindowFinder(sentence: string, work: Work = unlimited): FindWindow {
  const size = sentence.length
  if (size === 0) return () => null
  work.spend(codeUnits / 4 + size)
  // Back at the start after each text: all letters that came into the window have left it.
  const letters = createSharedLetters(sentence)
  let lcs: ReturnType<typeof createLcs> | undefined

  return (text, least) => {
    work.spend(stepsPerStart * text.length)
    for (let i = 0; i < Math.min(size, text.length); i++) letters.add(text.charCodeAt(i))
    // Of the last window that was compared: one that begins k letters behind it has k letters more in common at most.
    let known = { start: 0, length: Number.POSITIVE_INFINITY }
    let best: Window | null = null
    for (let start = 0; start < text.length; start++) {
      const end = Math.min(start + size, text.length)
      const total = size + end - start
      const bound = (2 * Math.min(letters.count(), known.length + start - known.start)) / total
      const isBetter = bound >= least && (best === null || bound > best.similarity)
      if (isBetter && isWordStart(text, start)) {
        lcs ??= createLcs(sentence, work)
        known = { start, length: lcs(text.slice(start, end)) }
        const similarity = (2 * known.length) / total
        if (similarity >= least && (best === null || similarity > best.similarity))
          best = { start, end, similarity }
      }
      letters.remove(text.charCodeAt(start))
      if (start + size < text.length) letters.add(text.charCodeAt(start + size))
    }
    return best
  }
}
