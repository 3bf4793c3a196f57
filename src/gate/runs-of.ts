import { SignedReceipt } from '../schema/gate-receipt.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import type { StoredGate } from '../schema/stored-gate.ts'

/**
 * On how many runs over each document a gate rests: one that is asked for the first look after another one has the
 * answer of both, also where that has no verdict. What has not ended rests on as many as it is to take.
 */
export function runsOf({
  measures,
  receipt,
  look,
  policy,
}: Pick<StoredGate, 'measures' | 'receipt' | 'look' | 'policy'>): number {
  const { repeats } = GateSettings.parse(JSON.parse(policy))
  if (measures !== null) return repeats * measures.candidate.length
  if (receipt === null) return repeats * (look + 1)
  return SignedReceipt.parse(JSON.parse(receipt)).receipt.repeats
}
