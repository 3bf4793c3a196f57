import type { EvaluationReport } from '../../../src/schema/api/evaluations.ts'
import { count, decimal, metrics, tidyAmount } from '../../../src/schema/figure-words.ts'
import { TooFew } from '../../components/figures.tsx'
import { PageSection, Quiet } from '../../components/page.tsx'
import { ConfusionMatrix } from './confusion-matrix.tsx'
import classes from './evaluations.module.css'
import { FiguresTable } from './figures-table.tsx'
import { Mistakes } from './mistakes.tsx'

/** The same as the page that `proofloop evaluate --report` writes. */
export function EvaluationReportView({ report }: { report: EvaluationReport }) {
  const { notes, failures, confusion, repeats, mistakes, mistakesLeftOut } = report
  return (
    <>
      <Headline report={report} />
      <Facts report={report} />
      {(notes.length > 0 || failures.length > 0) && (
        <ul className={classes.notes} aria-label="Notes">
          {failures.map(({ reason, runs }) => (
            <li key={reason}>
              Failed on {count(runs, 'run')} over a document: {reason}
            </li>
          ))}
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <PageSection title="Agents">
        <FiguresTable report={report} />
      </PageSection>
      <PageSection title="Confusion matrix">
        <ConfusionMatrix confusion={confusion} repeats={repeats} />
      </PageSection>
      <PageSection title={repeats > 1 ? 'Mistakes of the first run' : 'Mistakes'}>
        <Mistakes mistakes={mistakes} leftOut={mistakesLeftOut} />
      </PageSection>
    </>
  )
}

function Headline({ report }: { report: EvaluationReport }) {
  const { pooled } = report.evaluation
  if (pooled === null) return null
  const { tp, fp, fn, f05 } = pooled
  const bases = {
    precision: `${tidyAmount(tp)} of ${tidyAmount(tp + fp)} detections are right`,
    recall: `${tidyAmount(tp)} of ${tidyAmount(tp + fn)} issues were found`,
    f05: `${count(f05.docs, 'document')} with something to judge`,
  }
  return (
    <dl className={classes.headline}>
      {metrics.map(({ key, name }) => {
        const { value, lower, upper } = pooled[key]
        return (
          <div key={key}>
            <dt>
              {name}, all agents
              {pooled.tooFew && <TooFew />}
            </dt>
            <dd className={classes.large}>{decimal(value)}</dd>
            <dd>
              {lower === null
                ? 'cannot be told'
                : `95 % interval ${decimal(lower)} to ${decimal(upper)}`}
            </dd>
            <dd>{bases[key]}</dd>
          </div>
        )
      })}
    </dl>
  )
}

function Facts({ report }: { report: EvaluationReport }) {
  const { documents, repeats, errorRate, duplicates, unresolved, fixes, account } = report
  const runs = documents * repeats
  const facts = [
    `${count(documents, 'document')}, ${count(repeats, 'run')}`,
    `failed ${Math.round(errorRate * runs)} of ${runs} runs over a document`,
    `duplicates ${tidyAmount(duplicates)}`,
    `quotes not in the document ${tidyAmount(unresolved)}`,
    ...(fixes.judged > 0
      ? [`fixes that agree ${tidyAmount(fixes.agreed)} of ${tidyAmount(fixes.judged)}`]
      : []),
    ...(account === null
      ? []
      : [
          `${account.requests.toLocaleString()} requests to models, ${account.cached.toLocaleString()} answers kept from before`,
          account.cost === null
            ? 'cost unknown'
            : `${account.cost.toFixed(4)} ${account.currency ?? ''}`,
        ]),
  ]
  return (
    <div className={classes.facts}>
      <Quiet>{facts.join(' · ')}</Quiet>
    </div>
  )
}
