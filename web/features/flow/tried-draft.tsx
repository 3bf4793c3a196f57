import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Issue } from '../../../src/schema/issue.ts'
import type { ReviewEntry } from '../../../src/schema/workplace.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { Quiet } from '../../components/page.tsx'
import classes from './flow.module.css'
import { issueDifferences } from './issue-differences.ts'

const mostShown = 50

/** What the draft and the version that it was made from found in one document, side by side. */
export function TriedDraft({ current, draft }: { current: string; draft: string }) {
  const [one, other] = [useTried(current), useTried(draft)]
  const error = one.error ?? other.error
  if (error !== null) return <Failure sentence={sentenceOf(error)} />
  if (one.data === undefined || other.data === undefined) return null
  const found = issueDifferences(
    one.data.issues.map(({ issue }) => issue),
    other.data.issues.map(({ issue }) => issue),
  )
  const ended = isEnded(one.data.review) && isEnded(other.data.review)
  return (
    <section className={classes.tried} aria-label="What both found">
      <Quiet>{ended ? `${count(found.both, 'issue')} found by both` : 'Both are at work…'}</Quiet>
      <div className={classes.columns}>
        <Side name="What it was made from" review={one.data.review} only={found.onlyCurrent} />
        <Side name="Draft" review={other.data.review} only={found.onlyDraft} />
      </div>
    </section>
  )
}

function useTried(review: string) {
  return useQuery(
    api.reviews.issues.queryOptions({
      input: { review },
      refetchInterval: ({ state: { data } }) =>
        data !== undefined && isEnded(data.review) ? false : 1_000,
    }),
  )
}

function isEnded({ finishedAt }: ReviewEntry): boolean {
  return finishedAt !== null
}

function Side({ name, review, only }: { name: string; review: ReviewEntry; only: Issue[] }) {
  const reason = review.reason ?? review.agents.find((agent) => agent.reason !== null)?.reason
  return (
    <div>
      <h3>
        <Link to="/reviews/$review" params={{ review: review.id }}>
          {name}
        </Link>
      </h3>
      {reason != null && <p className={classes.gap}>{reason}</p>}
      {isEnded(review) && <Quiet>{count(only.length, 'issue')} found by it only</Quiet>}
      <ul>
        {only.slice(0, mostShown).map(({ id, text, location }) => (
          <li key={id}>
            <mark>{text}</mark> <span className={classes.sentence}>{location.sourceSentence}</span>
          </li>
        ))}
      </ul>
      {only.length > mostShown && <Quiet>{only.length - mostShown} more are in its review.</Quiet>}
    </div>
  )
}
