import { Alert } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import type { AuditFault, AuditHead, AuditVerdict } from '../../../src/schema/audit.ts'
import { addressOf, sentenceOf } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Failure } from '../../components/failure.tsx'
import { Icon } from '../../components/icon.tsx'
import { faultInWords } from './audit-words.ts'
import classes from './audit.module.css'
import { KeptHead } from './kept-head.tsx'

type Props = {
  query: {
    data?: AuditVerdict
    error: unknown
    isFetching: boolean
    refetch: () => unknown
  }
  /** Of the log as it is listed. */
  newest: AuditHead | null
  kept: AuditHead | null
  onKept: (kept: AuditHead | null) => void
  /** Where only the newest entries were looked at. */
  onAll: () => void
  /** Whether they may have all of it as a file. */
  mayDownload: boolean
}

/** Whether an entry was changed, removed, added or moved, and what to keep to tell it later. */
export function ChainState({ query, newest, kept, onKept, onAll, mayDownload }: Props) {
  const { data, error, isFetching, refetch } = query
  return (
    <section className={classes.chain} aria-label="Whether the log is whole">
      <div role="status">
        {data === undefined && error === null && <span>Reading entries…</span>}
        {data?.fault === null && <Whole {...data} newest={newest} kept={kept} />}
      </div>
      {error !== null && <Failure sentence={sentenceOf(error)} />}
      {data !== undefined && data.fault !== null && <Faulty {...data} fault={data.fault} />}
      <div className={classes.line}>
        {data?.fault === null && <Head head={data.head} />}
        <Button
          size="compact-xs"
          variant="default"
          loading={isFetching}
          onClick={() => void refetch()}
        >
          Check again
        </Button>
        {data !== undefined && data.from > 1 && (
          <Button size="compact-xs" variant="default" onClick={onAll}>
            Check all entries
          </Button>
        )}
        {mayDownload && (
          <a href={addressOf.auditLog} download>
            Download the log
          </a>
        )}
      </div>
      <KeptHead kept={kept} onKept={onKept} />
    </section>
  )
}

type WholeProps = Pick<AuditVerdict, 'from' | 'head'> & Pick<Props, 'newest' | 'kept'>

function Whole({ from, head, newest, kept }: WholeProps) {
  const since = Math.max(0, (newest?.sequence ?? 0) - head.sequence)
  return (
    <span className={classes.whole}>
      <Icon name="accepted" size={14} />
      <span>
        {from > 1
          ? `Entries ${from} to ${head.sequence}, the newest, are as they were written and follow one another. Older ones were not looked at.`
          : `Whole up to entry ${head.sequence}: each is as it was written and follows the one before.`}
        {kept !== null && ` Entry ${kept.sequence} is the one whose head you kept.`}
        {since > 0 && ` ${since} written since ${since === 1 ? 'is' : 'are'} not checked.`}
      </span>
    </span>
  )
}

type FaultyProps = Pick<AuditVerdict, 'from' | 'head'> & { fault: AuditFault }

function Faulty({ from, head, fault }: FaultyProps) {
  const isBeyond = fault.kind === 'missing' && fault.sequence === head.sequence + 1
  return (
    <Alert role="alert" color="red" variant="light" title="Somebody changed the log">
      {isBeyond
        ? `Entry ${fault.sequence} and what followed it up to the head that you kept are gone.`
        : `Entry ${fault.sequence} is not as it was written: ${faultInWords[fault.kind]}.`}{' '}
      {before(from, head)}{' '}
      {!isBeyond && (
        <Link
          className={classes.onColour ?? ''}
          to="/audit"
          search={{ before: Math.max(1, fault.sequence + 6) }}
        >
          Show entry {fault.sequence}
        </Link>
      )}
    </Alert>
  )
}

function before(from: number, { sequence }: AuditHead): string {
  if (sequence === 0) return 'Nothing before it is left.'
  if (sequence < from) return 'Older ones were not looked at.'
  return `${from > 1 ? `From entry ${from} up` : 'Up'} to entry ${sequence} all is.`
}

/** As `proofloop audit head` prints it. */
function Head({ head: { sequence, hash } }: { head: AuditHead }) {
  const clipboard = useClipboard()
  return (
    <>
      <span>
        Head: <code>{`${sequence}:${hash}`}</code>
      </span>
      <Button
        size="compact-xs"
        variant="default"
        aria-label="Copy the head"
        onClick={() => clipboard.copy(`${sequence}:${hash}`)}
      >
        {clipboard.copied ? 'Copied' : 'Copy'}
      </Button>
    </>
  )
}
