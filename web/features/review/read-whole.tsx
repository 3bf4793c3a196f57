import { Button, Text } from '@mantine/core'
import { isFullyReviewed } from '../../../src/schema/fully-reviewed.ts'
import { Failure } from '../../components/failure.tsx'
import { Key } from './card-actions.tsx'
import { readInWords } from './read-in-words.ts'
import classes from './review-page.module.css'
import { tallyOf } from './review-state.ts'
import type { Workplace } from './use-workplace.ts'

/** Whether somebody has read all of the document: nobody else knows that nothing was missed. */
export function ReadWhole({ work }: { work: Workplace }) {
  const { reading, review, all } = work
  const { own, others, failure, toggle } = reading
  // What is added in a trial is no label of the document.
  if (review.trial) return null
  const { open } = tallyOf(all)
  const readers = others.length + Number(own)
  const isNext = review.state === 'done' && open === 0 && readers === 0
  return (
    <div className={classes.read}>
      <Text size="xs" aria-live="polite">
        {isFullyReviewed({ state: review.state, open, readers }) && <b>Fully reviewed. </b>}
        {readInWords({ own, others })}
      </Text>
      {work.may('verdicts:write') && (
        <Button
          size="compact-sm"
          flex="none"
          variant={isNext ? 'filled' : 'default'}
          aria-keyshortcuts="m"
          onClick={toggle}
        >
          {own ? 'Take it back' : 'I have read all of it'} <Key>m</Key>
        </Button>
      )}
      {failure !== null && <Failure sentence={failure} />}
    </div>
  )
}
