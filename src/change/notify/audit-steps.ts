import type { AuditEnded } from '../../gate/gate-host.ts'
import type { StoredNotification } from '../../schema/stored-notification.ts'
import type { Step } from '../../store/database.ts'
import type { Store } from '../../store/store.ts'
import { tellSteps } from './notification-steps.ts'

type Host = Omit<Parameters<typeof tellSteps>[0], 'store'> & {
  store: Pick<Store, 'changes' | 'people' | 'notifications' | 'settings' | 'secrets'>
}

/**
 * Tells custodians how a look at `audit` ended that somebody has begun by hand. A merged change that waits for it tells
 * by itself what becomes of it, and custodians only when it is stopped: so who began it hears that it has passed.
 */
export async function auditSteps(host: Host, { gate, audit, passed }: AuditEnded): Promise<Step[]> {
  const isAwaited = await isAwaitedByChange(host, gate)
  if (isAwaited && passed !== true) return []
  const people = await host.store.people.list()
  const custodians = people.filter(
    ({ id, roles }) => roles.includes('custodian') && (!isAwaited || id === audit.requester),
  )
  const told = { ...saidOf(passed), change: null, gate, eventKey: `audit:${audit.startedAt}` }
  const rows = custodians.map(({ id: person }) => ({ ...told, person, isPrivate: true }))
  return tellSteps(host, rows)
}

async function isAwaitedByChange({ store }: Host, gate: string): Promise<boolean> {
  const asked = await store.changes.gated(gate)
  return asked !== null && (await store.changes.get(asked.change))?.state === 'merged'
}

function saidOf(passed: boolean | null): Pick<StoredNotification, 'kind' | 'text'> {
  if (passed === null) {
    const text =
      'The look at the split audit has ended without a result. The page of the gate says why.'
    return { kind: 'stopped', text }
  }
  return passed
    ? { kind: 'merged', text: 'On the split audit it is not worse.' }
    : { kind: 'stopped', text: 'On the split audit it is worse: deployment is blocked.' }
}
