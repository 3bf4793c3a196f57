import { Link } from '@tanstack/react-router'
import type { ChangeCheckView, ChangeView } from '../../../src/schema/change-views.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { Icon } from '../../components/icon.tsx'
import { PageSection, Quiet } from '../../components/page.tsx'
import { useMe } from '../../components/use-me.ts'
import { When } from '../../components/when.tsx'
import { checkNames, outcomeInWords, summaryInWords, tookInWords } from './change-words.ts'
import classes from './changes.module.css'

/** In the order in which they are run. */
export function Checks({ change }: { change: ChangeView }) {
  return (
    <PageSection title="Checks">
      <ol className={classes.checks}>
        {change.checks.map((check) => (
          <li key={check.name}>
            <Check check={check} change={change} />
          </li>
        ))}
      </ol>
    </PageSection>
  )
}

const icons = { good: 'accepted', bad: 'dismissed', waits: 'help', quiet: 'smaller' } as const

function Check({ check, change }: { check: ChangeCheckView; change: ChangeView }) {
  const { name, log, attempt } = check
  const summary = summaryInWords(check)
  const { words, tone } = outcomeInWords(check)
  const took = tookInWords(check)
  return (
    <>
      <div className={classes.check}>
        <span className={classes.tone} data-tone={tone}>
          <Icon name={icons[tone]} size={14} />
        </span>
        <strong>{checkNames[name]}</strong>{' '}
        <span className={classes.tone} data-tone={tone}>
          {words}
        </span>
        <span className={classes.quiet}>
          {took}
          {attempt > 1 && ` try ${attempt}`}
        </span>
      </div>
      {summary !== null && <p className={classes.summary}>{summary}</p>}
      {name === 'gate' && <GateTold check={check} change={change} />}
      {name === 'mergeable' && <Touched change={change} />}
      <Subject check={check} />
      {log !== null && log !== '' && (
        <details className={classes.log}>
          <summary>What the tests printed</summary>
          <pre tabIndex={0} role="region" aria-label="What the tests printed">
            {log}
          </pre>
        </details>
      )}
    </>
  )
}

/** When it answers, and what that costs; its figures have a section of their own. */
function GateTold({ check, change }: { check: ChangeCheckView; change: ChangeView }) {
  const { soloMode } = useMe()
  const { answerAt, budget, isOwn } = change
  return (
    <>
      {check.state === 'running' && answerAt !== null && (
        <p className={classes.summary}>
          It answers at <When at={answerAt} />, whatever it finds.
        </p>
      )}
      {budget !== null && (
        <Quiet>
          {budget.left === 0
            ? 'Nothing is left of your budget'
            : `${count(budget.left, 'look')} of your ${budget.of} are left`}
          ; to ask takes one.
        </Quiet>
      )}
      {check.state === 'done' && isOwn && !soloMode && (
        <Quiet>
          It measures on examples that you do not see, and tells you this and nothing else.
        </Quiet>
      )}
    </>
  )
}

function Touched({ change: { revision } }: { change: ChangeView }) {
  if (revision === null) return null
  const { conflicts, policyFiles } = revision
  return (
    <>
      <Paths words="Changed on both sides:" paths={conflicts} />
      <Paths words="Decide how changes are judged:" paths={policyFiles} />
    </>
  )
}

const mostPaths = 20

function Paths({ words, paths }: { words: string; paths: string[] }) {
  if (paths.length === 0) return null
  return (
    <div className={classes.paths}>
      {words}
      <ul>
        {paths.slice(0, mostPaths).map((path) => (
          <li key={path}>
            <code>{path}</code>
          </li>
        ))}
      </ul>
      {paths.length > mostPaths && `and ${paths.length - mostPaths} more`}
    </div>
  )
}

function Subject({ check: { name, subject, state } }: { check: ChangeCheckView }) {
  if (subject === null) return null
  if (name === 'evaluation') {
    return (
      <Link to="/evaluations/$evaluation" params={{ evaluation: subject }}>
        {state === 'done' ? 'Figures and every mistake' : 'How far it is'}
      </Link>
    )
  }
  if (name === 'infrastructure') return <Link to="/environments">Environments</Link>
  return null
}
