import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { count } from '../../../src/schema/figure-words.ts'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { api } from '../../api.ts'
import { Page, Quiet } from '../../components/page.tsx'
import { PagePending } from '../../components/page-pending.tsx'
import { EmptyState } from '../../components/page-states.tsx'
import { QueueItem } from './queue-item.tsx'
import classes from './queue.module.css'
import { RunningReviews } from './running-reviews.tsx'

/** What a person has to review, and what the agents are at. */
export function QueuePage() {
  const { data, error, refetch } = useQuery(
    api.documents.list.queryOptions({
      input: { assigned: 'me', limit: 500 },
      refetchInterval: 20_000,
    }),
  )
  const frame = { name: 'Review queue', heading: 'My work' }
  if (data === undefined) {
    return <PagePending what="the queue" error={error} retry={refetch} {...frame} />
  }
  const work = data.items.filter(({ newestReview }) => (newestReview?.issues.open ?? 0) > 0)
  const open = work.reduce((sum, { newestReview }) => sum + (newestReview?.issues.open ?? 0), 0)
  const [first] = work
  return (
    <Page {...frame} actions={first && <StartButton document={first} />}>
      {work.length > 0 && (
        <Quiet>
          {count(open, 'open issue')} in {count(work.length, 'document')}
        </Quiet>
      )}
      {work.length === 0 && (
        <EmptyState title="Nothing is waiting for you">
          Documents that are assigned to you and have open issues are listed here. All documents are{' '}
          <Link to="/documents">there</Link>.
        </EmptyState>
      )}
      <ul className={classes.list}>
        {work.map((document) => (
          <QueueItem key={document.sha256} document={document} />
        ))}
      </ul>
      <RunningReviews />
    </Page>
  )
}

function StartButton({ document }: { document: DocumentEntry }) {
  const review = document.newestReview?.id ?? ''
  return (
    <Button
      size="compact-sm"
      renderRoot={(props) => (
        <Link to="/reviews/$review" params={{ review }} autoFocus {...props} />
      )}
    >
      Start with the first
    </Button>
  )
}
