import { Badge, Group, Progress, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { HelpButton } from '../../components/help-button.tsx'
import { Icon } from '../../components/icon.tsx'
import { LabelDocument } from '../../components/label-document.tsx'
import { AgentsButton } from './agents-button.tsx'
import { ExportMenu } from './export-menu.tsx'
import { partsOf, tallyOf } from './review-state.ts'
import classes from './review-page.module.css'
import { RunButtons } from './run-buttons.tsx'
import type { Workplace } from './use-workplace.ts'

type Props = { work: Workplace; hasPages: boolean; onHelp: () => void }

export function ReviewToolbar({ work, hasPages, onHelp }: Props) {
  const { review } = work
  return (
    <Group className={classes.toolbar} gap="xs">
      <Link to="/documents" className={classes.back ?? ''} aria-label="Back to documents">
        <Icon name="back" />
      </Link>
      <h1 className={classes.name} title={review.document.name}>
        {review.document.name}
      </h1>
      {review.order === 'random' && (
        <Badge
          variant="light"
          color="grape"
          tt="none"
          flex="none"
          title="Drawn at random: judge every issue, and add what was missed"
        >
          Random check
        </Badge>
      )}
      {review.trial && (
        <Badge
          variant="light"
          color="gray"
          tt="none"
          flex="none"
          title="Made from Flow; no document shows it"
        >
          Trial
        </Badge>
      )}
      <ReviewProgress work={work} />
      <Group className={classes.actions} gap={6} ml="auto">
        <AgentsButton review={review} />
        <RunButtons work={work} />
        <LabelDocument document={review.document} />
        {work.may('exports:read') && <ExportMenu review={review.id} hasPages={hasPages} />}
        <HelpButton onHelp={onHelp} />
      </Group>
    </Group>
  )
}

function ReviewProgress({ work }: { work: Workplace }) {
  const { review, all, waiting } = work
  const reviewed = all.length - tallyOf(all).open
  const share = all.length === 0 ? 0 : (reviewed / all.length) * 100
  const { done, parts } = partsOf(review)
  return (
    <div className={classes.progress}>
      <Text size="xs" className={classes.nowrap} aria-live="polite">
        {reviewed} of {all.length} reviewed
        {review.state === 'queued' && ' · waiting to start'}
        {review.state === 'running' && ` · agents: ${done} of ${parts} parts`}
        {waiting > 0 && ` · ${waiting} to be saved`}
      </Text>
      <Progress
        value={share}
        size={4}
        color="teal"
        aria-label={`${reviewed} of ${all.length} issues reviewed`}
      />
    </div>
  )
}
