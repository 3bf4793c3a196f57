import { count } from '../../src/schema/figure-words.ts'
import type { EvaluationSubject } from '../../src/schema/evaluation.ts'
import type { WrittenReport } from '../../src/schema/shown-evaluation.ts'
import { shortHash } from '../components/short-hash.ts'

export function ReportHeader({ report }: { report: WrittenReport }) {
  const { title, createdAt, dataset, subject, hashes, environment } = report
  return (
    <header>
      <h1>{title}</h1>
      <p>
        Dataset{' '}
        <b>
          <bdi>{dataset}</bdi>
        </b>{' '}
        <Hash hash={hashes.dataset} /> · <time dateTime={createdAt}>{readableTime(createdAt)}</time>
        {environment !== null && <> · measured in the environment {environment}</>}
      </p>
      <p>
        <Subject subject={subject} /> <Hash hash={hashes.subject} />
      </p>
    </header>
  )
}

/** The whole appears when pointed at. */
function Hash({ hash }: { hash: string }) {
  return <code title={hash}>{shortHash(hash)}</code>
}

function Subject({ subject }: { subject: EvaluationSubject }) {
  if (subject.kind === 'outputs') {
    return (
      <>
        Recorded outputs <bdi>{subject.files.join(', ')}</bdi>
      </>
    )
  }
  return (
    <>
      Flow <bdi>{subject.flow}</bdi> with {count(subject.agents.length, 'agent')}:{' '}
      {subject.agents.map(({ name, hash }, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <span title={hash}>
            <bdi>{name}</bdi>
          </span>
        </span>
      ))}
    </>
  )
}

/** `2026-11-24T15:20:31.000Z` → `2026-11-24 15:20 UTC`; other forms stay as they are. */
function readableTime(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::[\d.]+)?Z$/u, '$1 $2 UTC')
}
