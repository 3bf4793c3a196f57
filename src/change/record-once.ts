import type { NewAuditEvent } from '../schema/audit.ts'
import type { Store } from '../store/store.ts'

/** What the server does by itself. */
export const server = { id: 'server' }

/**
 * Tells the audit log of something that is done once, also when whoever was to do it died after telling it, or
 * somebody else does it at the same time.
 */
export async function recordOnce(
  { audit }: Pick<Store, 'audit'>,
  { id: actor }: { id: string },
  event: Pick<NewAuditEvent, 'action' | 'subject'> & {
    details: NonNullable<NewAuditEvent['details']>
  },
): Promise<void> {
  await audit.appendFirst({ ...event, actor })
}
