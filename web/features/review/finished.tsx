import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import classes from './review-page.module.css'
import { tallyOf } from './review-state.ts'
import type { Workplace } from './use-workplace.ts'

/** Said once nothing is open any more. */
export function Finished({ work }: { work: Workplace }) {
  const { all, review } = work
  const runs = review.state === 'running' || review.state === 'queued'
  const tally = tallyOf(all)
  if (runs || all.length === 0 || tally.open > 0) return null
  return (
    <div className={classes.finished} role="status">
      <Text size="sm" fw={600}>
        All {all.length} reviewed: {tally.accepted + tally.edited} accepted, {tally.dismissed}{' '}
        dismissed
        {tally.disputed > 0 && `, ${tally.disputed} disputed`}
      </Text>
      <Link to="/queue">Next document</Link>
    </div>
  )
}
