import { record } from '../access/audit.ts'
import { canonicalJson } from '../lib/content-hash.ts'
import type { NewAuditEvent } from '../schema/audit.ts'
import type { Store } from '../store/store.ts'

/** What the server does by itself. */
export const server = { id: 'server' }

const mostLooked = 100

/** Tells the audit log of something that is done once, also when whoever was to do it died after telling it. */
export async function recordOnce(
  store: Pick<Store, 'audit'>,
  actor: { id: string },
  event: Pick<NewAuditEvent, 'action' | 'subject'> & {
    details: NonNullable<NewAuditEvent['details']>
  },
): Promise<void> {
  const { action, subject, details } = event
  const known = await store.audit.list({ actor: actor.id, action, subject, limit: mostLooked })
  const text = canonicalJson(details)
  if (known.some((entry) => entry.details === text)) return
  await record(store, actor, event)
}
