import { Link } from '@tanstack/react-router'
import type { AuditEntry, AuditFault } from '../../../src/schema/audit.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Icon } from '../../components/icon.tsx'
import { shortHash } from '../../components/short-hash.ts'
import { type AuditSearch, isNarrowed } from './audit-search.ts'
import {
  actionInWords,
  actorInWords,
  detailsInWords,
  faultInWords,
  shortId,
} from './audit-words.ts'
import classes from './audit.module.css'
import { findBreaks } from './find-breaks.ts'

type Props = {
  entries: AuditEntry[]
  names: Map<string, string>
  search: AuditSearch
  fault: AuditFault | null
  /** Whether no older ones follow. */
  isEnd: boolean
  /** Whether nothing is left out that is not for who reads it. */
  isWhole: boolean
}

const head = ['Entry', 'When', 'Who', 'What', 'About', 'Details', 'Hash']

export function AuditTable({ entries, names, search, fault, isEnd, isWhole }: Props) {
  const breaks = isNarrowed(search) || !isWhole ? [] : findBreaks(entries, { isEnd })
  const below = new Map(breaks.map((one) => [one.below, one.sentence]))
  return (
    <DataTable
      name="List of audit entries"
      head={head}
      rows={entries.flatMap((entry) => {
        const { sequence } = entry
        const row = { key: `${sequence}`, cells: cellsOf(entry, { names, search }) }
        const sentence = below.get(sequence) ?? faultSentence(entry, fault)
        if (sentence === null) return [row]
        return [row, { key: `${sequence}-break`, across: <Broken sentence={sentence} /> }]
      })}
    />
  )
}

function faultSentence({ sequence }: AuditEntry, fault: AuditFault | null): string | null {
  if (fault?.sequence !== sequence) return null
  return `Entry ${sequence} is not as it was written: ${faultInWords[fault.kind]}.`
}

function Broken({ sentence }: { sentence: string }) {
  return (
    <span className={classes.broken}>
      <Icon name="dismissed" size={14} />
      {sentence}
    </span>
  )
}

/** Letters of details that stand in a row; lists of ids may have thousands. */
const enough = 240

function Details({ words }: { words: string }) {
  if (words.length <= enough) return <span className={classes.words}>{words}</span>
  return (
    <details className={classes.details}>
      <summary>{words.slice(0, 120).trimEnd()}…</summary>
      <span className={classes.words}>{words}</span>
    </details>
  )
}

type Around = { names: Map<string, string>; search: AuditSearch }

function cellsOf(entry: AuditEntry, { names, search }: Around) {
  const { sequence, at, actor, action, subject, hash } = entry
  return [
    sequence,
    <Moment key="at" at={at} />,
    <Only
      key="who"
      search={{ ...search, who: actor }}
      id={actor}
      name={actorInWords(entry, names)}
    />,
    <span key="what" className={classes.what} title={action}>
      {actionInWords(action)}
    </span>,
    <Only
      key="about"
      search={{ ...search, about: subject }}
      id={subject}
      name={names.get(subject)}
    />,
    <Details key="details" words={detailsInWords(entry)} />,
    <code key="hash" title={hash}>
      {shortHash(hash)}
    </code>,
  ]
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })

/** To the second, in the reader's zone. What was forged may be no time. */
function Moment({ at }: { at: number }) {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return <>{at}</>
  return (
    <time dateTime={date.toISOString()} title={full.format(date)}>
      {moment.format(date)}
    </time>
  )
}

/** Leads to the entries of the same person, or about the same thing. */
function Only({ search, id, name }: { search: AuditSearch; id: string; name?: string }) {
  return (
    <Link to="/audit" search={{ ...search, before: undefined }} title={id}>
      {name === undefined ? <code>{shortId(id)}</code> : <bdi>{name}</bdi>}
    </Link>
  )
}
