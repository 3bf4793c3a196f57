import type { StoredGate } from '../schema/stored-gate.ts'
import { countApprovals, provenBy } from './count-approvals.ts'
import { changeContext, observeStored } from './observe-change.ts'

type Host = Parameters<typeof observeStored>[0]

/**
 * Whether somebody's signed word lets in what this gate could not tell of: of what is merged the one that it was
 * merged on, and else one that counts now.
 */
export async function isOverridden(host: Host, { id }: Pick<StoredGate, 'id'>): Promise<boolean> {
  const { changes } = host.store
  const asked = await changes.gated(id)
  const change = asked && (await changes.get(asked.change))
  if (change === null) return false
  const observed = await observeStored(host, await changeContext(host), change)
  if (observed.gate?.id !== id) return false
  const counted = change.state === 'merged' ? provenBy(observed) : countApprovals(observed)
  return counted !== null && counted.override !== null
}
