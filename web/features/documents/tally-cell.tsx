import type { IssueTally } from '../../../src/schema/workplace.ts'
import classes from './documents.module.css'

const kinds = ['open', 'accepted', 'edited', 'dismissed', 'disputed'] as const

type Props = {
  tally: IssueTally
  done: boolean
  /** Names of those who have read all of the document. */
  readBy: readonly string[]
}

/** A bar of what became of the issues, with the counts that are not 0 in words. */
export function TallyCell({ tally, done, readBy }: Props) {
  const all = kinds.reduce((sum, kind) => sum + tally[kind], 0)
  const read = readBy.length > 0 && (
    <span title={`All of it was read by ${readBy.join(', ')}`}> · read</span>
  )
  if (all === 0) {
    return (
      <span>
        {done ? 'no issues' : '–'}
        {read}
      </span>
    )
  }
  const parts = kinds.filter((kind) => tally[kind] > 0)
  return (
    <div className={classes.tally}>
      <div className={classes.bar} aria-hidden="true">
        {parts.map((kind) => (
          <span key={kind} data-kind={kind} style={{ flexGrow: tally[kind] }} />
        ))}
      </div>
      <span className={classes.counts}>
        {parts.map((kind) => `${tally[kind]} ${kind}`).join(' · ')}
        {tally.missed > 0 && ` (${tally.missed} added)`}
        {read}
      </span>
    </div>
  )
}
