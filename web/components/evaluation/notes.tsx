import { count } from '../../../src/schema/figure-words.ts'
import type { ShownEvaluation } from '../../../src/schema/shown-evaluation.ts'
import classes from './evaluation.module.css'

/** What a reader of the figures must know. */
export function Notes({ notes, failures }: Pick<ShownEvaluation, 'notes' | 'failures'>) {
  if (notes.length + failures.length === 0) return null
  return (
    <ul className={classes.notes} aria-label="Notes">
      {failures.map(({ reason, runs }) => (
        <li key={reason}>
          Failed on {count(runs, 'run')} over a document: {reason}
        </li>
      ))}
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  )
}
