import { asRun } from '../gate/as-run.ts'
import type { GateHost } from '../gate/gate-host.ts'
import { markedVersions } from '../gate/mark-reference.ts'
import type { StoredGate } from '../schema/stored-gate.ts'
import type { Store } from '../store/store.ts'

type Host = Pick<GateHost, 'flows' | 'gate'> & {
  store: Pick<Store, 'changes' | 'referenceVersions'>
}

/** Whether the version of a gate was merged, or marked as what is in production, now or before. */
export async function isMerged(
  host: Host,
  gate: Pick<StoredGate, 'id' | 'candidate'>,
): Promise<boolean> {
  return (await wasMerged(host, gate)) || (await wasMarked(host, gate))
}

/** As it was asked about: a change goes on after its gate. */
async function wasMerged(
  { store: { changes } }: Host,
  { id }: Pick<StoredGate, 'id'>,
): Promise<boolean> {
  const asked = await changes.gated(id)
  const change = asked && (await changes.get(asked.change))
  if (change?.state !== 'merged' || change.revision === null) return false
  const merged = await changes.revision(change.id, change.revision)
  return merged !== null && merged.tree === asked?.tree
}

/** What was marked comes from the server's folder, and a candidate from elsewhere: equal is what a gate runs. */
async function wasMarked(
  host: Host,
  { candidate }: Pick<StoredGate, 'candidate'>,
): Promise<boolean> {
  const { flow } = await markedVersions(host)
  const marked = await host.store.referenceVersions.marked(flow, 'baseline')
  if (marked.includes(candidate)) return true
  const run = await asRun(host, candidate)
  const runs = await Promise.all(marked.map((version) => asRun(host, version)))
  return runs.includes(run)
}
