import { Button, Group, Text } from '@mantine/core'
import classes from './review-page.module.css'
import type { Workplace } from './use-workplace.ts'

/** Over the pages, not beside them: these must not move while somebody drags over words. */
export function WordHint({ work }: { work: Workplace }) {
  const { pick, stage, text, write, cancel } = work.missed
  if (pick === null || stage === 'form' || !work.may('verdicts:write')) return null
  return (
    <Group className={classes.hint} gap="xs" wrap="nowrap" role="status">
      <Text size="sm" truncate flex={1}>
        {stage === 'words' ? 'Arrows choose, Shift extends: ' : 'Selected: '}
        <b>{text?.text}</b>
      </Text>
      <Button size="compact-sm" onClick={write}>
        Add issue ({stage === 'words' ? 'Enter' : 'n'})
      </Button>
      <Button size="compact-sm" variant="default" onClick={cancel}>
        Cancel
      </Button>
    </Group>
  )
}
