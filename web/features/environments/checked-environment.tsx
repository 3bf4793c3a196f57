import type { EnvironmentState } from '../../../src/schema/api/environments.ts'
import type { CheckResult, DoctorCheck } from '../../../src/schema/doctor.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Icon } from '../../components/icon.tsx'
import { When } from '../../components/when.tsx'
import classes from './environments.module.css'

type Report = NonNullable<EnvironmentState['report']>

/** What was found last: what failed, with what to do, and all of it below. */
export function CheckedEnvironment({ report }: { report: Report }) {
  const { environment, checks, checkedAt, checkedBy } = report
  const failed = checks.filter(({ result }) => result === 'fail')
  return (
    <>
      <p className={classes.summary} role="status">
        <strong data-result={report.result}>{summaryOf(checks)}</strong>{' '}
        <span className={classes.quiet}>
          <When at={checkedAt} />, by{' '}
          {checkedBy === null ? 'the command line' : <bdi>{checkedBy.name}</bdi>}
        </span>
      </p>
      {failed.length > 0 && (
        <ul className={classes.failed} aria-label={`What failed in ${environment}`}>
          {failed.map((check) => (
            <li key={check.name}>
              <div className={classes.name}>
                <Result result="fail" />
                <code>{check.name}</code>
              </div>
              <p>{check.sentence}</p>
              {check.fix !== null && <p className={classes.quiet}>What to do: {check.fix}</p>}
            </li>
          ))}
        </ul>
      )}
      <details className={`${classes.all} ${classes.checks}`}>
        <summary>
          {checks.length === 1 ? 'The check' : `All ${count(checks.length, 'check')}`}
        </summary>
        <DataTable
          name={`Checks of ${environment}`}
          head={['Check', 'Result', 'What was seen', 'Took']}
          rows={checks.map((check) => ({ key: check.name, cells: cellsOf(check) }))}
        />
      </details>
    </>
  )
}

function summaryOf(checks: DoctorCheck[]): string {
  const number = (result: CheckResult): number =>
    checks.filter((check) => check.result === result).length
  const [failed, skipped] = [number('fail'), number('skipped')]
  const all = count(checks.length, 'check')
  const left = skipped === 0 ? '' : `, ${skipped} skipped`
  if (failed > 0) return `${failed} of ${all} failed${left}.`
  return `${number('pass')} of ${all} passed${left}.`
}

function cellsOf({ name, result, sentence, fix, milliseconds }: DoctorCheck) {
  return [
    <code key="name" className={classes.check}>
      {name}
    </code>,
    <Result key="result" result={result} />,
    <div key="seen">
      {sentence}
      {fix !== null && <p className={classes.quiet}>What to do: {fix}</p>}
    </div>,
    <span key="took" className={classes.took}>
      {milliseconds.toLocaleString('en')} ms
    </span>,
  ]
}

const words = { pass: 'passed', fail: 'failed', skipped: 'skipped' } as const
const icons = { pass: 'accepted', fail: 'dismissed', skipped: 'smaller' } as const

function Result({ result }: { result: CheckResult }) {
  return (
    <span className={classes.result} data-result={result}>
      <Icon name={icons[result]} size={14} />
      {words[result]}
    </span>
  )
}
