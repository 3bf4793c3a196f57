import type { NewAuditEvent } from '../schema/audit.ts'
import type { Store } from '../store/store.ts'
import type { Actor } from './actor.ts'
import { maySeeSplit } from './document-rights.ts'
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

/**
 * The same for what is shown and may be asked for every few seconds: one entry for a person, what they were
 * shown and ten minutes. Each time lies in the ten minutes that follow an entry of it.
 * @param content what was shown, where the event does not say all of it
 */
export async function recordShown(
  { audit }: AuditStore,
  { id, key }: Doer,
  { content, ...event }: Omit<NewAuditEvent, 'actor'> & { content: string },
): Promise<void> {
  const details = { ...event.details, ...(key !== undefined && { key }) }
  const window = { content, withinMs: shownWindowMs }
  await audit.appendOnce({ ...event, actor: id, details }, window)
}

/** Before rows of documents of the splits `test` and `audit` are shown to somebody who may see them. */
export async function recordHiddenReads(
  store: HiddenStore,
  doer: Doer,
  documents: { sha256: string; split: string }[],
): Promise<void> {
  const hidden = documents.filter(({ split }) => split !== 'evaluation')
  if (hidden.length === 0) return
  const nameOf = await hiddenNames(store)
  const events = hidden.map(({ sha256, split }) => {
    return { action: 'hidden-read' as const, subject: nameOf(sha256), details: { split } }
  })
  await record(store, doer, ...events)
}

/**
 * Before a row without its texts is shown: that of a document, or of a review of it. Reviewers see hidden ones
 * that are given to them, and leave an entry when they open the text.
 */
export async function recordHiddenRow(
  store: HiddenStore,
  doer: Doer & Pick<Actor, 'roles'>,
  { sha256, split, review = '' }: { sha256: string; split: string; review?: string },
): Promise<void> {
  if (!maySeeSplit(doer)) return
  await recordHiddenOnce(store, doer, { sha256, split, content: `row ${review}` })
}

/**
 * Before one issue of a review is shown to who judged or added it: it quotes the document. One entry for all of
 * a review in ten minutes.
 */
export async function recordHiddenIssue(
  store: HiddenStore,
  doer: Doer,
  { sha256, split, review }: { sha256: string; split: string; review: string },
): Promise<void> {
  await recordHiddenOnce(store, doer, { sha256, split, content: `issues ${review}` })
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

type ShownList = {
  /** `documents`, `reviews`, `datasets`, or the name of the dataset whose versions they are. */
  subject: string
  /** With the splits of which each tells something. */
  rows: readonly { id: string; splits: readonly string[] }[]
}

/**
 * Before a list is shown to somebody who may see all hidden rows: one entry for those in it, with how many
 * there are, and how many of which split. The same rows again are in it, too, for ten minutes. Reviewers see in lists what is given to them, and leave none.
 */
export async function recordHiddenList(
  store: AuditStore,
  doer: Doer & Pick<Actor, 'roles'>,
  { subject, rows }: ShownList,
): Promise<void> {
  if (!maySeeSplit(doer)) return
  const hidden = rows
    .map(({ id, splits }) => ({ id, splits: splits.filter((split) => split !== 'evaluation') }))
    .filter(({ splits }) => splits.length > 0)
  if (hidden.length === 0) return
  const bySplit = Map.groupBy(
    hidden.flatMap(({ splits }) => splits),
    (split) => split,
  )
  const counts = Object.fromEntries(Array.from(bySplit, ([split, all]) => [split, all.length]))
  const details = { rows: hidden.length, ...counts }
  const content = JSON.stringify(hidden)
  await recordShown(store, doer, { action: 'hidden-read', subject, details, content })
}
