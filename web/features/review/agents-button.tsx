import { Button, Popover } from '@mantine/core'
import { count } from '../../../src/schema/figure-words.ts'
import { leftOutInWords } from '../../../src/schema/left-out.ts'
import type { ReviewAgent, ReviewEntry } from '../../../src/schema/workplace.ts'
import { agentColours } from './group-issues.ts'
import classes from './review-page.module.css'
import { shortHash } from '../../components/short-hash.ts'

const states = {
  queued: 'Waiting',
  running: 'Running',
  done: 'Done',
  partial: 'Partly done',
  failed: 'Failed',
  stopped: 'Stopped',
} as const

/** State of the review; behind it, what became of each agent. */
export function AgentsButton({ review }: { review: ReviewEntry }) {
  const troubled = review.agents.filter(({ status }) => status === 'failed' || status === 'partial')
  const bad = troubled.length > 0 || review.state === 'failed'
  const colours = agentColours(review.agents.map(({ name }) => name))
  return (
    <Popover width={340} position="bottom-end" withinPortal trapFocus>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<span className={classes.light} data-state={bad ? 'bad' : review.state} />}
        >
          {states[review.state]}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label="Agents of this review">
        {review.reason !== null && <p className={classes.reason}>{review.reason}</p>}
        <ul className={classes.agents}>
          {review.agents.map((agent) => (
            <li key={agent.name} data-colour={colours.get(agent.name) ?? 0}>
              <span className={classes.agentName}>
                <span className={classes.dot} /> {agent.name}
              </span>
              <span className={classes.agentState}>{stateInWords(agent)}</span>
              {agent.reason !== null && <p className={classes.reason}>{agent.reason}</p>}
              {agent.leftOut > 0 && (
                <p className={classes.reason}>{leftOutInWords(agent.leftOut)}</p>
              )}
            </li>
          ))}
        </ul>
        <p className={classes.flow}>
          {review.flow.name} · <code>{shortHash(review.flow.version)}</code>
        </p>
      </Popover.Dropdown>
    </Popover>
  )
}

function stateInWords({ status, partsDone, parts, issues }: ReviewAgent): string {
  const found = count(issues, 'issue')
  switch (status) {
    case 'waiting':
      return 'waiting'
    case 'skipped':
      return 'left out'
    case 'running':
      return `${partsDone} of ${parts} parts, ${found}`
    case 'partial':
      return `${partsDone} of ${parts} parts done, ${found}`
    case 'failed':
      return 'failed'
    case 'done':
      return found
  }
}
