import { Progress, Text } from '@mantine/core'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { FirstReview } from './first-review.tsx'
import classes from './documents.module.css'
import { unreadPages } from './readable.ts'
import { Unreadable } from './unreadable.tsx'

const reviewWords = {
  done: 'Agents done',
  partial: 'Agents partly done',
  failed: 'Review failed',
  stopped: 'Stopped',
} as const

/** What became of the file, then of its newest review. */
export function DocumentState({ document }: { document: DocumentEntry }) {
  const { state } = document
  if (state === 'reading') return <Text size="sm">Reading…</Text>
  if (state === 'forgotten') return <Text size="sm">Deleted</Text>
  if (state === 'failed') return <Unreadable document={document} />
  return (
    <>
      <ReviewState document={document} />
      <UnreadPages document={document} />
    </>
  )
}

function ReviewState({ document }: { document: DocumentEntry }) {
  const { newestReview } = document
  if (newestReview === null) return <FirstReview document={document} />
  if (newestReview.state === 'queued') return <Text size="sm">Waiting</Text>
  if (newestReview.state !== 'running') {
    return <EndedReview state={newestReview.state} reason={newestReview.reason} />
  }
  const percent = Math.round((newestReview.progress ?? 0) * 100)
  return (
    <div className={classes.running}>
      <Text size="sm">Reviewing {percent} %</Text>
      <Progress size={3} value={percent} aria-label={`Review of ${document.name}: ${percent} %`} />
    </div>
  )
}

type Ended = { state: keyof typeof reviewWords; reason: string | null }

/** What a person stopped is as they want it; what stopped by itself, at the budget, is not. */
function EndedReview({ state, reason }: Ended) {
  const isWanted = state === 'done' || (state === 'stopped' && reason === null)
  return (
    <>
      <Text size="sm" c={isWanted ? undefined : 'var(--warning)'}>
        {reviewWords[state]}
      </Text>
      {reason !== null && (
        <Text size="xs" title={reason} lineClamp={2} className={classes.reason}>
          {reason}
        </Text>
      )}
    </>
  )
}

function UnreadPages({ document }: { document: DocumentEntry }) {
  const pages = unreadPages(document)
  if (pages === 0) return null
  return (
    <Text size="xs" c="var(--warning)">
      {count(pages, 'page')} without text
    </Text>
  )
}
