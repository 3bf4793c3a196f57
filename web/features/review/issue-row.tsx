import { memo } from 'react'
import type { ReviewedIssue } from '../../../src/schema/workplace.ts'
import { Icon } from '../../components/icon.tsx'
import classes from './issue-list.module.css'
import type { Workplace } from './use-workplace.ts'

export type IssueProps = {
  reviewed: ReviewedIssue
  work: Workplace
  onHeight: (height: number) => void
}

export const IssueRow = memo(function IssueRow({ reviewed, work }: IssueProps) {
  const { issue, status } = reviewed
  return (
    <button
      type="button"
      className={classes.row}
      data-status={status}
      onClick={() => work.select(issue.id)}
    >
      <span className={classes.dot} />
      <span className={classes.type}>
        {issue.type}
        {issue.location.page !== null && (
          <span className={classes.place}> p. {issue.location.page}</span>
        )}
      </span>
      <span className={classes.score}>{scoreInWords(issue.score)}</span>
      <span className={classes.status} role="img" aria-label={status} title={status}>
        <Icon name={status} size={14} />
      </span>
      <span className={classes.words}>{issue.text || 'Nothing is there'}</span>
    </button>
  )
})

export function scoreInWords(score: number | null): string {
  return score === null ? '' : `${Number(score.toFixed(1))}/10`
}
