import type { TextRange } from '../schema/evaluation-details.ts'
import { normalizedOffsets } from './normalize-text.ts'
import type { Place } from './resolve-issue.ts'

/** The range of the text as it stands for one of its normalised form. */
export function rawRange(
  { start, end }: Pick<Place, 'start' | 'end'>,
  text: string,
): TextRange | null {
  const offset = normalizedOffsets(text)
  if (offset === null) return null
  const at = (normalized: number): number => {
    let low = 0
    let high = text.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (offset(middle) < normalized) low = middle + 1
      else high = middle
    }
    return low
  }
  // An offset inside a letter that normalises to several, such as a ligature, marks the whole letter.
  const first = offset(at(start)) > start ? at(start) - 1 : at(start)
  const leading = /^\s*/.exec(text.slice(first))?.[0].length ?? 0
  return { start: first + leading, end: at(end) }
}
