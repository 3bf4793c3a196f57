import type { NewAuditEvent } from '../schema/audit.ts'
import type { Store } from '../store/store.ts'
import type { Actor } from './actor.ts'
import { maySeeSplit } from './document-rights.ts'
import { hiddenNames } from './hidden-names.ts'

type AuditStore = Pick<Store, 'audit'>

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

/** Before rows of documents of the splits `test` and `audit` are shown to somebody who may see them. */
export async function recordHiddenReads(
  store: AuditStore & Pick<Store, 'secrets'>,
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
 * Before a row without its texts is shown. Reviewers see hidden ones that are given to them, and leave an
 * entry when they open the text.
 */
export async function recordHiddenRow(
  store: AuditStore & Pick<Store, 'secrets'>,
  doer: Doer & Pick<Actor, 'roles'>,
  document: { sha256: string; split: string },
): Promise<void> {
  if (maySeeSplit(doer)) await recordHiddenReads(store, doer, [document])
}

/** Splits of which each row of a list tells something. */
type ShownList = {
  /** `documents`, `reviews`, `datasets`, or the name of the dataset whose versions they are. */
  subject: string
  rows: readonly (readonly string[])[]
}

/**
 * Before a list is shown to somebody who may see all hidden rows: one entry for those in it, with how many
 * there are, and how many of which split. Reviewers see in lists what is given to them, and leave none.
 */
export async function recordHiddenList(
  store: AuditStore,
  doer: Doer & Pick<Actor, 'roles'>,
  { subject, rows }: ShownList,
): Promise<void> {
  if (!maySeeSplit(doer)) return
  const hidden = rows
    .map((splits) => splits.filter((split) => split !== 'evaluation'))
    .filter((splits) => splits.length > 0)
  if (hidden.length === 0) return
  const bySplit = Map.groupBy(hidden.flat(), (split) => split)
  const counts = Object.fromEntries(Array.from(bySplit, ([split, all]) => [split, all.length]))
  const details = { rows: hidden.length, ...counts }
  await record(store, doer, { action: 'hidden-read', subject, details })
}
