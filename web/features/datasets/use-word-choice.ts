import { useState } from 'react'
import { pickTo, type Pick, type WordIndex } from '../../components/pdf/word-index.ts'
import { wordAfter } from '../../components/pdf/word-moves.ts'
import type { Place } from './label-places.ts'

type Ends = { anchor: number; focus: number }

/** Words that are chosen by keys: arrows move, Shift extends. @param onMoved hears where the last word is */
export function useWordChoice(index: WordIndex, onMoved: (place: Place) => void) {
  const [ends, setEnds] = useState<Ends | null>(null)
  const pick = ends === null ? null : pickTo(index, ends.anchor, ends.focus)
  const go = (next: Ends): void => {
    const place = placeOfPick(index, { from: next.focus, to: next.focus })
    if (place === null) return
    setEnds(next)
    onMoved(place)
  }
  return {
    /** Null: no words are being chosen. */
    place: pick === null ? null : placeOfPick(index, pick),
    begin: (word: number) => go({ anchor: word, focus: word }),
    /** @returns whether the key leads to a word */
    move(key: string, extend: boolean): boolean {
      const focus = ends === null ? null : wordAfter(index, ends.focus, key)
      if (focus === null || ends === null) return false
      go({ anchor: extend ? ends.anchor : focus, focus })
      return true
    },
    end: () => setEnds(null),
  }
}

export type WordChoice = ReturnType<typeof useWordChoice>

/** A pick stays in one paragraph. */
export function placeOfPick({ words }: WordIndex, { from, to }: Pick): Place | null {
  const [first, last] = [words[from], words[to]]
  if (first === undefined || last === undefined) return null
  return { paragraph: first.paragraph, start: first.start, end: last.end }
}
