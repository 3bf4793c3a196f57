import { asRun } from '../gate/as-run.ts'
import type { GateHost } from '../gate/gate-host.ts'
import { markedVersions } from '../gate/mark-reference.ts'
import { UserFacingError } from '../lib/errors.ts'
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
  for (const version of marked) {
    if ((await asRunHere(host, version)) === run) return true
  }
  return false
}

/** Why a version, of however long ago, cannot be run on this server. */
const notHere = new Set([
  'flow-version-not-found',
  'flow-version-unreadable',
  'model-alias-unknown',
  'no-agents',
  'agent-file-missing',
  'agent-file-invalid',
  'agent-rule-fails-its-examples',
  'prompt-invalid',
])

/** Null when it cannot be run here: then it is not equal to what can. */
async function asRunHere(host: Host, version: string): Promise<string | null> {
  try {
    return await asRun(host, version)
  } catch (error) {
    if (error instanceof UserFacingError && notHere.has(error.code)) return null
    throw error
  }
}
