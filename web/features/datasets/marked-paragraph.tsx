import { memo } from 'react'
import type { LabelledIssue } from '../../../src/schema/example.ts'
import { cutAtMarks, type Piece } from '../../../src/schema/marked-pieces.ts'
import type { Place } from './label-places.ts'
import classes from './datasets.module.css'

export type Marked = { number: number; label: LabelledIssue; place: Place | null }

type Props = {
  text: string
  /** Labels in this paragraph. */
  marked: readonly Marked[]
  colours: Map<string, number>
  /** Words that are about to be labelled. */
  picked?: Place | null
  selected?: number | null
  onSelect?: (number: number) => void
  /** Leaves out what is far from any label. */
  excerpt?: boolean
}

const pickedNumber = -1

/** A paragraph with what is labelled in it. */
export const MarkedParagraph = memo(function MarkedParagraph(props: Props) {
  const { text, marked, colours, picked = null, selected, onSelect, excerpt = false } = props
  const marks = marked.flatMap(({ number, place }) =>
    place === null ? [] : [{ mark: number, ...place }],
  )
  const all = picked === null ? marks : [...marks, { mark: pickedNumber, ...picked }]
  const pieces = cutAtMarks(text, all)
  return (
    <>
      {pieces.map((piece, index) => {
        const own = marked.filter(({ number }) => piece.marks.includes(number))
        const [first] = own
        const isPicked = piece.marks.includes(pickedNumber)
        if (first === undefined && !isPicked) {
          return <span key={index}>{excerpt ? shortened(piece, pieces) : piece.text}</span>
        }
        return (
          <mark
            key={index}
            className={classes.mark}
            title={own.map(({ label }) => label.type).join(', ')}
            data-colour={first === undefined ? undefined : (colours.get(first.label.type) ?? 0)}
            data-ignored={own.every(({ label }) => label.ignore === true) || undefined}
            data-picked={isPicked || undefined}
            data-selected={own.some(({ number }) => number === selected) || undefined}
            onClick={first === undefined ? undefined : () => onSelect?.(first.number)}
          >
            {piece.text}
          </mark>
        )
      })}
    </>
  )
})

/** On each side of a label. */
const context = 200

function shortened({ start, text }: Piece<number>, pieces: readonly Piece<number>[]): string {
  const isFirst = start === 0
  const isLast = pieces.at(-1)?.start === start
  const kept = (isFirst ? 0 : context) + (isLast ? 0 : context)
  if (text.length <= kept + context) return text
  const head = isFirst ? '' : text.slice(0, context)
  const tail = isLast ? '' : text.slice(-context)
  return `${head} … ${tail}`
}
