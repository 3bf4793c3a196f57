import { GateSettings } from '../schema/gate-settings.ts'
import type { StoredGate } from '../schema/stored-gate.ts'
import type { Store } from '../store/store.ts'
import { policyOf } from './gate-host.ts'
import { loadMeasures } from './judge-gate.ts'
import { referenceFaultRate } from './measure-version.ts'

/**
 * What was decided on the same content after as many looks. A verdict against what says nothing of a version in
 * production, as it was given before that was seen, is none: it is measured anew, for what was paid.
 */
export async function decidedBefore(
  { gates }: Pick<Store, 'gates'>,
  content: Pick<StoredGate, 'look' | 'solo'> & { key: string },
): Promise<StoredGate | null> {
  const decided = await gates.decided(content)
  if (decided === null || decided.measures === null) return null
  const { baseline, anchor } = await loadMeasures({ gates }, decided.measures)
  const { maxErrorRate } = policyOf(GateSettings.parse(JSON.parse(decided.policy)))
  return referenceFaultRate([...baseline, ...(anchor ?? [])]) <= maxErrorRate ? decided : null
}
