import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ChangeView } from '../../../src/schema/change-views.ts'
import { PageSection } from '../../components/page.tsx'
import { When } from '../../components/when.tsx'
import { eventInWords, eventText } from './change-words.ts'
import classes from './changes.module.css'

const mostShown = 12

/** What happened, in order; of a long story the end. */
export function Story({ events }: Pick<ChangeView, 'events'>) {
  const [all, setAll] = useState(false)
  if (events.length === 0) return null
  const shown = all ? events : events.slice(-mostShown)
  return (
    <PageSection title="What happened">
      {shown.length < events.length && (
        <Button size="compact-xs" variant="default" mb={6} onClick={() => setAll(true)}>
          Show the {events.length - shown.length} before
        </Button>
      )}
      <ol className={classes.story} start={events.length - shown.length + 1}>
        {shown.map((event, at) => (
          <li key={at}>
            <span className={classes.quiet}>
              <When at={event.at} />
            </span>
            <Told event={event} />
          </li>
        ))}
      </ol>
    </PageSection>
  )
}

/** What the server says says it all; of people, what they did before it. */
function Told({ event }: { event: ChangeView['events'][number] }) {
  const { person } = event
  const text = eventText(event)
  if (person === null) return <div>{text === '' ? eventInWords(event) : text}</div>
  return (
    <div>
      <bdi className={classes.person}>{person.name}</bdi> {eventInWords(event)}
      {text !== '' && <span className={classes.quiet}> {text}</span>}
    </div>
  )
}
