import { Button, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, sentenceOf } from '../../api.ts'
import { EmptyState, PageFailure, PageLoading } from '../../components/page-states.tsx'
import { usePageTitle } from '../../components/use-page-title.ts'
import { QueueItem } from './queue-item.tsx'
import classes from './queue.module.css'
import { RunningReviews } from './running-reviews.tsx'

/** What a person has to review, and what the agents are at. */
export function QueuePage() {
  usePageTitle('Review queue')
  const { data, error } = useQuery(
    api.documents.list.queryOptions({
      input: { assigned: 'me', limit: 500 },
      refetchInterval: 20_000,
    }),
  )
  if (error && data === undefined) {
    return <PageFailure title="The queue cannot be shown" sentence={sentenceOf(error)} />
  }
  if (data === undefined) return <PageLoading words="Loading the queue" />
  const work = data.items.filter(({ newestReview }) => (newestReview?.issues.open ?? 0) > 0)
  const open = work.reduce((sum, { newestReview }) => sum + (newestReview?.issues.open ?? 0), 0)
  const [first] = work
  return (
    <div className={classes.page}>
      <section aria-labelledby="mine">
        <div className={classes.head}>
          <Title order={1} size="h4" id="mine">
            My work
          </Title>
          {first?.newestReview && (
            <Button
              size="compact-sm"
              renderRoot={(props) => (
                <Link
                  to="/reviews/$review"
                  params={{ review: first.newestReview?.id ?? '' }}
                  autoFocus
                  {...props}
                />
              )}
            >
              Start with the first
            </Button>
          )}
        </div>
        {work.length > 0 && (
          <p className={classes.sum}>
            {open} open issues in {work.length} {work.length === 1 ? 'document' : 'documents'}
          </p>
        )}
        {work.length === 0 && (
          <EmptyState title="Nothing is waiting for you">
            Documents that are assigned to you and have open issues are listed here. All documents
            are <Link to="/documents">there</Link>.
          </EmptyState>
        )}
        <ul className={classes.list}>
          {work.map((document) => (
            <QueueItem key={document.sha256} document={document} />
          ))}
        </ul>
      </section>
      <RunningReviews />
    </div>
  )
}
