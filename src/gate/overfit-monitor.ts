import type { StoredAudit } from '../schema/stored-gate.ts'

/** How much better changes look on `test` than on `audit`, over merges on one test set. */
export type OverfitMonitor = {
  merges: number
  /** Null while there is nothing to compare. */
  z: number | null
  /** Whether the test set is to be rotated. */
  rotate: boolean
}

const limit = 2

/**
 * Sums differences and variances over merges: (Σ Δ_gate − Δ_audit) / √Σ(SE_gate² + SE_audit²). Above 2,
 * authors have fitted their changes to the test set.
 */
export function overfitMonitor(
  audits: readonly Pick<StoredAudit, 'gateDelta' | 'gateSe' | 'auditDelta' | 'auditSe'>[],
): OverfitMonitor {
  let [sum, variance, merges] = [0, 0, 0]
  for (const { gateDelta, gateSe, auditDelta, auditSe } of audits) {
    if (gateDelta === null || gateSe === null || auditDelta === null || auditSe === null) continue
    sum += gateDelta - auditDelta
    variance += gateSe ** 2 + auditSe ** 2
    merges += 1
  }
  const z = variance > 0 ? sum / Math.sqrt(variance) : null
  return { merges, z, rotate: z !== null && z > limit }
}
