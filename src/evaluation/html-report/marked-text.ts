import type { TextRange } from '../../schema/evaluation-details.ts'
import { type MarkedPiece, markedPieces } from '../../schema/marked-pieces.ts'
import { markup, type Markup } from './markup.ts'

/** A paragraph with what was detected and what is there marked. */
export function markedText(
  text: string,
  ranges: { detected: TextRange | null; truth: TextRange | null },
): Markup {
  const { before, pieces, after } = markedPieces(text, ranges)
  return markup`${leftOut(before)}${before > 0 ? ' ' : null}${pieces.map(mark)}${leftOut(after)}`
}

/** An insertion is a mark without text; the style sheet gives it a caret. */
function mark({ text, marks }: MarkedPiece): Markup {
  return marks.length === 0
    ? markup`${text}`
    : markup`<mark class="${marks.join(' ')}">${text}</mark>`
}

function leftOut(characters: number): Markup | null {
  return characters === 0
    ? null
    : markup`<span class="left-out">[… ${characters} characters]</span>`
}
