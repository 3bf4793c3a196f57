import type { NewAuditEvent } from '../schema/audit.ts'
import type { Store } from '../store/store.ts'
import type { Actor } from './actor.ts'
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
  const nameOf = await hiddenNames(store)
  const events = hidden.map(({ sha256, split }) => {
    return { action: 'hidden-read' as const, subject: nameOf(sha256), details: { split } }
  })
  await record(store, doer, ...events)
}
