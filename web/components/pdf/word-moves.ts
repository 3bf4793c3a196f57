import type { WordIndex } from './word-index.ts'

type WordMove = 'left' | 'right' | 'up' | 'down'

/** What the keys do while words are chosen. */
const moves: Record<string, WordMove> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

/**
 * Where a key leads from a word: left and right by words, up and down to the first word of a paragraph.
 * @returns null for a key that leads nowhere
 */
export function wordAfter(index: WordIndex, at: number, key: string): number | null {
  const move = moves[key]
  return move === undefined ? null : target(index, at, move)
}

function target({ words }: WordIndex, at: number, by: WordMove): number {
  if (by === 'left') return Math.max(at - 1, 0)
  if (by === 'right') return Math.min(at + 1, words.length - 1)
  const here = words[at]?.paragraph
  const starts = (word: number): number => {
    const paragraph = words[word]?.paragraph
    return words.findIndex((one) => one.paragraph === paragraph)
  }
  if (by === 'up') return starts(Math.max(starts(at) - 1, 0))
  const next = words.findIndex((word, place) => place > at && word.paragraph !== here)
  return next < 0 ? at : next
}
