import { Progress, Text } from '@mantine/core'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { FirstReview } from './first-review.tsx'
import classes from './documents.module.css'

const reviewWords = {
  done: 'Reviewed',
  partial: 'Partly reviewed',
  failed: 'Review failed',
  stopped: 'Stopped',
} as const

/** What became of the file, then of its newest review. */
export function DocumentState({ document }: { document: DocumentEntry }) {
  const { state, error, newestReview } = document
  if (state === 'reading') return <Text size="sm">Reading…</Text>
  if (state === 'forgotten') return <Text size="sm">Deleted</Text>
  if (state === 'failed') {
    return (
      <Text
        size="sm"
        c="var(--failure)"
        title={error?.message}
        lineClamp={2}
        className={classes.reason}
      >
        {error?.message ?? 'It could not be read.'}
      </Text>
    )
  }
  if (newestReview === null) return <FirstReview document={document} />
  if (newestReview.state === 'queued') return <Text size="sm">Waiting</Text>
  if (newestReview.state !== 'running') {
    const good = newestReview.state === 'done' || newestReview.state === 'stopped'
    return (
      <Text size="sm" c={good ? undefined : 'var(--warning)'}>
        {reviewWords[newestReview.state]}
      </Text>
    )
  }
  const percent = Math.round((newestReview.progress ?? 0) * 100)
  return (
    <div className={classes.running}>
      <Text size="sm">Reviewing {percent} %</Text>
      <Progress size={3} value={percent} aria-label={`Review of ${document.name}: ${percent} %`} />
    </div>
  )
}
