import { Progress } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReviewEntry } from '../../../src/schema/workplace.ts'
import { api, sentenceOf } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { Failure } from '../../components/failure.tsx'
import { useMe } from '../../components/use-me.ts'
import { PageSection, Quiet } from '../../components/page.tsx'
import classes from './queue.module.css'

/** Reviews that run or wait, newest first. */
export function RunningReviews() {
  const query = useQuery(
    api.reviews.list.queryOptions({ input: { active: 'true' }, refetchInterval: 2_000 }),
  )
  const { data } = query
  return (
    <PageSection title="Agents at work">
      <ListPending what="the running reviews" query={query} />
      {data?.items.length === 0 && <Quiet>No review is running.</Quiet>}
      <ul className={classes.list}>
        {data?.items.map((review) => (
          <RunningReview key={review.id} review={review} />
        ))}
      </ul>
    </PageSection>
  )
}

function RunningReview({ review }: { review: ReviewEntry }) {
  const { may } = useMe()
  const queries = useQueryClient()
  const stop = useMutation(
    api.reviews.stop.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.reviews.list.key() }),
    }),
  )
  const done = review.agents.reduce((sum, { partsDone }) => sum + partsDone, 0)
  const parts = review.agents.reduce((sum, agent) => sum + agent.parts, 0)
  const { name } = review.document
  return (
    <li className={classes.job}>
      <Link to="/reviews/$review" params={{ review: review.id }} className={classes.name ?? ''}>
        {name}
      </Link>
      <span className={classes.facts}>
        {review.state === 'queued' ? 'waiting' : `${done} of ${parts} parts`}
      </span>
      <Progress
        size={4}
        value={parts === 0 ? 0 : (done / parts) * 100}
        aria-label={`${name}: ${done} of ${parts} parts`}
        className={classes.bar ?? ''}
      />
      {may('reviews:run') && (
        <Button
          size="compact-xs"
          variant="default"
          loading={stop.isPending}
          aria-label={`Stop the review of ${name}`}
          onClick={() => stop.mutate({ review: review.id })}
        >
          Stop
        </Button>
      )}
      {stop.error && <Failure sentence={sentenceOf(stop.error)} />}
    </li>
  )
}
