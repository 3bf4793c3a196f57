import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { api } from '../../api.ts'
import { Page, Quiet } from '../../components/page.tsx'
import { PagePending } from '../../components/page-pending.tsx'
import { EmptyState } from '../../components/page-states.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { QueueItem } from './queue-item.tsx'
import { dueOf, workInWords } from './queue-work.ts'
import classes from './queue.module.css'
import { RunningReviews } from './running-reviews.tsx'

const choices = [
  { value: 'all', label: 'All work' },
  { value: 'judge', label: 'With open issues' },
  { value: 'read', label: 'Judged, not read' },
] as const

/** What a person has to review, and what the agents are at. */
export function QueuePage() {
  const [show, setShow] = useState<(typeof choices)[number]['value']>('all')
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
  const due = data.items.filter((document) => dueOf(document) !== null)
  const work = due.filter((document) => show === 'all' || dueOf(document) === show)
  const [first] = work
  const actions = (
    <>
      {due.length > 0 && (
        <SelectField aria-label="Which work" data={choices} value={show} onChange={setShow} />
      )}
      {first && <StartButton document={first} />}
    </>
  )
  return (
    <Page {...frame} actions={actions}>
      {work.length > 0 && <Quiet>{workInWords(work)}</Quiet>}
      {due.length === 0 && (
        <EmptyState title="Nothing is waiting for you">
          Documents that are assigned to you are listed here while they have open issues, or nobody
          has read all of them. All documents are <Link to="/documents">there</Link>.
        </EmptyState>
      )}
      {due.length > 0 && work.length === 0 && <Quiet>None of your documents is left so.</Quiet>}
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
