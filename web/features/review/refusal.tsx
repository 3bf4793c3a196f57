import { Button } from '@mantine/core'
import classes from './issue-list.module.css'
import type { Workplace } from './use-workplace.ts'

/** One is at the next issue already when the server says no to the last one. */
export function Refusal({ work }: { work: Workplace }) {
  const { refusal, all, selected } = work
  const reviewed = all.find(({ issue }) => issue.id === refusal?.issue)
  return (
    <div role="alert">
      {refusal !== null && reviewed !== undefined && (
        <div className={classes.refusal}>
          “{reviewed.issue.text}”: {refusal.sentence}
          {selected !== reviewed && (
            <Button
              size="compact-xs"
              variant="default"
              ml={8}
              aria-keyshortcuts="r"
              onClick={work.lookAtRefused}
            >
              Look at it (r)
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
