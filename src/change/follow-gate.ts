import type { Store } from '../store/store.ts'
import { newestOf } from './decide-check.ts'

type Kept = Pick<Store, 'changes'>

/** A custodian has a gate asked again: the open change that waits with its answer goes on with the next one. */
export async function followGate(
  { changes }: Kept,
  { gate, next }: { gate: string; next: string },
): Promise<void> {
  const asked = await changes.gated(gate)
  if (asked === null) return
  const { change, tree } = asked
  const newest = newestOf(await changes.checks(change, tree), 'gate')
  const isOpen = (await changes.get(change))?.state === 'open'
  if (newest?.subject !== gate || !isOpen) return
  const attempt = newest.attempt + 1
  await changes.startCheck({ change, tree, name: 'gate', attempt, subject: next })
}

/** A custodian has begun the look at `audit` again: the change is looked at, which waits for nothing else. */
export async function followAudit({ changes }: Kept, gate: string): Promise<void> {
  const asked = await changes.gated(gate)
  if (asked !== null) await changes.wake(asked.change)
}
