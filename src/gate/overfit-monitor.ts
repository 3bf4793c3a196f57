import type { StoredAudit } from '../schema/stored-gate.ts'
import type { Store } from '../store/store.ts'

/** How much better changes look on `test` than on `audit`, over merges on one test set. */
export type OverfitMonitor = {
  merges: number
  /** Null while there is nothing to compare, and without any spread: a gap is then beyond doubt, as in the gate's test. */
  z: number | null
  /** Whether the test set is to be rotated. */
  rotate: boolean
}

const limit = 2
/** What rounding alone makes of differences that are equal. */
const rounding = 1e-12

type Audited = Pick<StoredAudit, 'gateDelta' | 'gateSe' | 'auditDelta' | 'auditSe'> & {
  /** The version that was looked at. */
  candidate: string
  /** Whether it was merged, or marked as what is in production. */
  merged: boolean
}

/**
 * Sums differences and variances over merges: (Σ Δ_gate − Δ_audit) / √Σ(SE_gate² + SE_audit²). Above 2,
 * authors have fitted their changes to the test set. A version that is looked at again, for another change or after
 * another gate, is no other merge: its first look counts.
 * @param audits oldest first
 */
export function overfitMonitor(audits: readonly Audited[]): OverfitMonitor {
  let [sum, variance, merges] = [0, 0, 0]
  const counted = new Set<string>()
  for (const { candidate, gateDelta, gateSe, auditDelta, auditSe } of audits.filter(isMerge)) {
    if (gateDelta === null || gateSe === null || auditDelta === null || auditSe === null) continue
    if (counted.has(candidate)) continue
    counted.add(candidate)
    sum += gateDelta - auditDelta
    variance += gateSe ** 2 + auditSe ** 2
    merges += 1
  }
  const gap = Math.abs(sum) > rounding ? sum : 0
  const se = Math.sqrt(variance)
  return { merges, z: se > 0 ? gap / se : null, rotate: gap > limit * se }
}

function isMerge({ merged }: Audited): boolean {
  return merged
}

/** On the newest test set of which something was merged, and what it came from without a rotation. */
export async function overfitNow({
  gateAudits,
}: Pick<Store, 'gateAudits'>): Promise<OverfitMonitor> {
  const all = (await gateAudits.list()).filter(isMerge)
  const newest = all.at(-1)?.generation
  return overfitMonitor(all.filter(({ generation }) => generation === newest))
}
