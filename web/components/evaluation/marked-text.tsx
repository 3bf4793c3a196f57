import type { TextRange } from '../../../src/schema/evaluation-details.ts'
import { type MarkedPiece, markedPieces } from '../../../src/schema/marked-pieces.ts'
import classes from './evaluation.module.css'

type Props = {
  text: string
  detected: TextRange | null
  truth: TextRange | null
  /** Nothing is left out, however long it is. */
  whole?: boolean
  /** Characters before and after the text that are not here. */
  leftOut?: { before: number; after: number }
}

const nothing = { before: 0, after: 0 }

/** A paragraph with what was detected and what is there marked; of a long one the surroundings. */
export function MarkedText({ text, detected, truth, whole, leftOut = nothing }: Props) {
  const shown = markedPieces(text, { detected, truth }, whole)
  const { pieces } = shown
  const [before, after] = [shown.before + leftOut.before, shown.after + leftOut.after]
  return (
    <>
      {before > 0 && <LeftOut characters={before} />}
      {before > 0 && ' '}
      {pieces.map((piece, index) => (
        <Piece key={index} piece={piece} />
      ))}
      {after > 0 && <LeftOut characters={after} />}
    </>
  )
}

/** An insertion is a mark without text; the style sheet gives it a caret. */
function Piece({ piece: { text, marks } }: { piece: MarkedPiece }) {
  return marks.length === 0 ? text : <Mark sides={marks}>{text}</Mark>
}

type MarkProps = { sides: MarkedPiece['marks']; children: string }

function Mark({ sides, children }: MarkProps) {
  return (
    <mark
      className={classes.mark}
      data-truth={sides.includes('truth') || undefined}
      data-detected={sides.includes('detected') || undefined}
    >
      {children}
    </mark>
  )
}

function LeftOut({ characters }: { characters: number }) {
  return <span className={classes.leftOut}>[… {characters} characters]</span>
}

/** What the marks mean. */
export function MarkLegend() {
  return (
    <p className={classes.legend}>
      <Mark sides={['truth']}>labelled by people</Mark> <Mark sides={['detected']}>detected</Mark>{' '}
      <Mark sides={['truth', 'detected']}>both</Mark>
    </p>
  )
}
