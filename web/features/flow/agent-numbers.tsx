import { Fragment } from 'react'
import { Link } from '@tanstack/react-router'
import type { EvaluationEntry } from '../../../src/schema/api/evaluations.ts'
import type { AgentAcceptance } from '../../../src/schema/api/flows.ts'
import { count, decimal, metrics } from '../../../src/schema/figure-words.ts'
import { Figure, TooFew } from '../../components/figures.tsx'
import { Quiet } from '../../components/page.tsx'
import classes from './flow.module.css'

type Props = {
  type: string
  feedback: AgentAcceptance | null
  /** Newest first. */
  evaluations: EvaluationEntry[]
  /** Whether there are no older ones. */
  isWhole: boolean
}

/** What the newest evaluation and the people who review say of an agent. */
export function AgentNumbers({ type, feedback, evaluations, isWhole }: Props) {
  const newest = evaluations.find(({ agents }) => Object.hasOwn(agents, type))
  const figures = newest?.agents[type]
  const isReviewed = feedback !== null && feedback.issues + feedback.missed > 0
  if (newest === undefined && !isReviewed) {
    return (
      <Quiet>
        {isWhole
          ? 'No numbers yet: nothing was measured or reviewed.'
          : `Nothing was reviewed, nor measured by the newest ${evaluations.length} evaluations.`}
      </Quiet>
    )
  }
  return (
    <dl className={classes.numbers}>
      {newest !== undefined && figures !== undefined && (
        <>
          <dt>
            <Link to="/evaluations/$evaluation" params={{ evaluation: newest.id }}>
              Measured on {newest.dataset}
            </Link>
          </dt>
          <dd>
            {metrics.map(({ key, name }, index) => (
              <Fragment key={key}>
                {index > 0 && ' · '}
                <span className={classes.metric}>
                  {name} <Figure rate={figures[key]} />
                </span>
              </Fragment>
            ))}{' '}
            · {count(figures.f05.docs, 'document')}
            {figures.tooFew && <TooFew />}
          </dd>
        </>
      )}
      {isReviewed && <Feedback feedback={feedback} />}
    </dl>
  )
}

function Feedback({ feedback }: { feedback: AgentAcceptance }) {
  const { issues, acceptance, coverage, bounds, missed, documents } = feedback
  const { precision, agreement } = feedback
  return (
    <>
      <dt>Accepted by people</dt>
      <dd>
        <Figure rate={acceptance} /> · {acceptance.n} of {count(issues, 'issue')} judged in{' '}
        {count(documents, 'document')}
        {coverage !== null &&
          coverage < 0.9 &&
          bounds !== null &&
          ` · of all issues between ${decimal(bounds.lower)} and ${decimal(bounds.upper)}`}
      </dd>
      {missed > 0 && (
        <>
          <dt>Missed</dt>
          <dd>{count(missed, 'issue')} that people added</dd>
        </>
      )}
      {precision.value !== null && (
        <>
          <dt>Precision, random reviews</dt>
          <dd>
            <Figure rate={precision} /> · {count(precision.docs, 'document')}
          </dd>
        </>
      )}
      {agreement.issues > 0 && (
        <>
          <dt>Agreement of people</dt>
          <dd>
            {decimal(agreement.percent)} of {count(agreement.issues, 'issue')} · AC1{' '}
            {decimal(agreement.ac1)} · α {decimal(agreement.alpha)}
            {agreement.poor && ' · too little for a precision to mean anything'}
          </dd>
        </>
      )}
    </>
  )
}
