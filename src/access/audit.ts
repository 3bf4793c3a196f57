import type { NewAuditEvent } from '../schema/audit.ts'
import type { ToldAgain } from '../store/audit-windows.ts'
import type { Store } from '../store/store.ts'
import type { Actor } from './actor.ts'
import { isGiven, maySeeSplit } from './document-rights.ts'
import { hiddenNames } from './hidden-names.ts'

type AuditStore = Pick<Store, 'audit'>
type HiddenStore = Pick<Store, 'audit' | 'secrets'>

/** Who signs in has an id and no rights yet. */
export type Doer = Pick<Actor, 'id' | 'key'>

/**
 * Tells the audit log who does something, and with which key. Call it, and wait for it, after
 * everything was checked and before the act: then nothing is done or shown that the log does not know.
 */
export async function record(
  { audit }: AuditStore,
  { id, key }: Doer,
  ...events: Omit<NewAuditEvent, 'actor'>[]
): Promise<void> {
  const viaKey: NewAuditEvent['details'] = key === undefined ? {} : { key }
  await audit.append(
    events.map((event) => ({ ...event, actor: id, details: { ...event.details, ...viaKey } })),
  )
}

/** What a page that stays open asks for again and again is one entry in so many milliseconds. */
const shownWindowMs = 10 * 60_000

const againActions = {
  'gate-viewed': 'gate-viewed-again',
  'document-read': 'document-read-again',
  'hidden-read': 'hidden-read-again',
} as const
type ShownAction = keyof typeof againActions
type ShownEvent = Omit<NewAuditEvent, 'actor' | 'action'> & { action: ShownAction }

/**
 * The same for what is shown and may be asked for every few seconds: one entry for a person, what they were
 * shown and ten minutes. Each time lies in the ten minutes that follow an entry of it; how many more there were
 * in these, the log is told when they are over.
 * @param content what was shown, where the event does not say all of it
 */
export async function recordShown(
  { audit }: AuditStore,
  { id, key }: Doer,
  { content, ...event }: ShownEvent & { content: string },
): Promise<void> {
  const details = { ...event.details, ...(key !== undefined && { key }) }
  const again = { actor: id, action: againActions[event.action], subject: event.subject }
  await audit.appendOnce(
    { ...event, actor: id, details },
    {
      content,
      againOf: (told) => ({ ...again, details: againDetails(told) }),
      withinMs: shownWindowMs,
    },
  )
}

/** What it was says the entry with this number. */
function againDetails({ entry, times, last }: ToldAgain) {
  return { entry, times, last: new Date(last).toISOString() }
}

type Shown = { sha256: string; split: string; assignee: string | null }
type Reader = Doer & Pick<Actor, 'roles'>

/** Before texts of documents are shown: one entry for each that is hidden, every time. */
export async function recordHiddenReads(
  store: HiddenStore,
  reader: Reader,
  documents: readonly Shown[],
): Promise<void> {
  const given = documents.filter((one) => isGiven(reader, one))
  await Promise.all(given.map((document) => recordGiven(store, reader, { document, part: 'text' })))
  const hidden = documents.filter((one) => isHidden(one.split) && !isGiven(reader, one))
  if (hidden.length === 0) return
  const nameOf = await hiddenNames(store)
  const events = hidden.map(({ sha256, split }) => {
    return { action: 'hidden-read' as const, subject: nameOf(sha256), details: { split } }
  })
  await record(store, reader, ...events)
}

/** Before a row without its texts is shown: that of a document, or of a review of it. */
export async function recordHiddenRow(
  store: HiddenStore,
  reader: Reader,
  { review = '', ...document }: Shown & { review?: string },
): Promise<void> {
  if (isGiven(reader, document)) return recordGiven(store, reader, { document, part: 'row' })
  await recordHiddenOnce(store, reader, { ...document, content: `row ${review}` })
}

/**
 * Before one issue of a review is shown to who judged or added it: it quotes the document. One entry for all of
 * a review in ten minutes.
 */
export async function recordHiddenIssue(
  store: HiddenStore,
  reader: Reader,
  { review, ...document }: Shown & { review: string },
): Promise<void> {
  if (isGiven(reader, document)) return recordGiven(store, reader, { document, part: 'text' })
  await recordHiddenOnce(store, reader, { ...document, content: `issues ${review}` })
}

async function recordHiddenOnce(
  store: HiddenStore,
  doer: Doer,
  { sha256, split, content }: { sha256: string; split: string; content: string },
): Promise<void> {
  if (split === 'evaluation') return
  const subject = (await hiddenNames(store))(sha256)
  await recordShown(store, doer, { action: 'hidden-read', subject, details: { split }, content })
}

/**
 * What somebody was given to review is their work of the day: one entry for its row and one for what is in it
 * in ten minutes. One that is not hidden leaves one, too, by the same statements: else how long an answer takes
 * would tell them which of theirs are.
 */
async function recordGiven(
  store: HiddenStore,
  doer: Doer,
  { document: { sha256, split }, part }: { document: Shown; part: 'row' | 'text' },
): Promise<void> {
  const name = (await hiddenNames(store))(sha256)
  const event =
    split === 'evaluation'
      ? { action: 'document-read' as const, subject: sha256 }
      : { action: 'hidden-read' as const, subject: name }
  await recordShown(store, doer, { ...event, details: { split }, content: `given ${part}` })
}

type ShownRow = {
  id: string
  /** Hash of the version of a dataset that it is, or of the document that it is of. */
  of: { version: string } | { document: string }
  /** Of which it tells something. */
  splits: readonly string[]
  /** Whether it is of a document that they were given to review. */
  given?: boolean
}

type ShownList = {
  /** `documents`, `reviews`, `datasets`, or the name of the dataset whose versions they are. */
  subject: string
  rows: readonly ShownRow[]
}

/**
 * Before a list is shown: one entry for the hidden rows in it, which names each, with how many there are, and how
 * many of which split. The same rows again are in it, too, for ten minutes. Of what somebody was given to review it
 * is one for those that they were not shown within ten minutes, hidden or not.
 */
export async function recordHiddenList(
  store: HiddenStore,
  reader: Reader,
  { subject, rows }: ShownList,
): Promise<void> {
  if (!maySeeSplit(reader)) {
    const given = rows.filter((row) => row.given === true)
    return recordGivenRows(store, reader, { subject, rows: given })
  }
  const hidden = rows
    .map((row) => ({ ...row, splits: row.splits.filter(isHidden) }))
    .filter(({ splits }) => splits.length > 0)
  if (hidden.length === 0) return
  const details = detailsOf(hidden, await hiddenNames(store))
  const content = JSON.stringify(hidden.map(({ id, splits }) => ({ id, splits })))
  await recordShown(store, reader, { action: 'hidden-read', subject, details, content })
}

async function recordGivenRows(
  store: HiddenStore,
  { id: actor, key }: Doer,
  { subject, rows }: ShownList,
): Promise<void> {
  if (rows.length === 0) return
  const nameOf = await hiddenNames(store)
  const byThing = new Map(
    rows.map((row) => [JSON.stringify([actor, key ?? null, subject, row.id]), row]),
  )
  const rowsOf = (things: readonly string[]) => things.flatMap((thing) => byThing.get(thing) ?? [])
  await store.audit.appendNew([...byThing.keys()], {
    withinMs: shownWindowMs,
    eventOf(fresh) {
      const shown = rowsOf(fresh)
      const details = { ...detailsOf(shown, nameOf), ...(key !== undefined && { key }) }
      return { actor, action: readOf(shown), subject, details }
    },
    againOf({ things, ...told }) {
      const shown = rowsOf(things)
      const details = { ...againDetails({ things, ...told }), which: namesOf(shown, nameOf) }
      return { actor, action: againActions[readOf(shown)], subject, details }
    },
  })
}

function readOf(rows: readonly ShownRow[]): 'hidden-read' | 'document-read' {
  return rows.some(({ splits }) => splits.some(isHidden)) ? 'hidden-read' : 'document-read'
}

function isHidden(split: string): boolean {
  return split !== 'evaluation'
}

function detailsOf(rows: readonly ShownRow[], nameOf: (hash: string) => string) {
  return { rows: rows.length, ...countsOf(rows), which: namesOf(rows, nameOf) }
}

/** Documents that are hidden by their names in the log, all else by its hash. */
function namesOf(rows: readonly ShownRow[], nameOf: (hash: string) => string): string[] {
  const names = rows.map(({ of, splits }) => {
    if ('version' in of) return of.version
    // Named whatever it is: that takes as long.
    const name = nameOf(of.document)
    return splits.some(isHidden) ? name : of.document
  })
  return [...new Set(names)]
}

function countsOf(rows: readonly Pick<ShownRow, 'splits'>[]): Record<string, number> {
  const bySplit = Map.groupBy(
    rows.flatMap(({ splits }) => splits),
    (split) => split,
  )
  return Object.fromEntries(Array.from(bySplit, ([split, all]) => [split, all.length]))
}
