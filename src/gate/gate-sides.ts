import type { StoredGate } from '../schema/stored-gate.ts'
import { asRun } from './as-run.ts'
import type { GateHost } from './gate-host.ts'
import type { VersionIdentity } from './run-version.ts'

/** A version of the flow as it is run here. */
export type Side = { version: string; identity: VersionIdentity }
export type Sides = { candidate: Side; baseline: Side; anchor: Side | null }

export async function sidesOf(
  host: GateHost,
  gate: Pick<StoredGate, 'candidate' | 'baseline' | 'anchor'>,
): Promise<Sides> {
  const side = async (hash: string): Promise<Side> => {
    const version = await asRun(host, hash)
    return { version, identity: await host.gate.runner.identify(version) }
  }
  return {
    candidate: await side(gate.candidate),
    baseline: await side(gate.baseline),
    anchor: gate.anchor === null ? null : await side(gate.anchor),
  }
}
