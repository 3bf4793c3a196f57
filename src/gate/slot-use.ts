import type { StoredGate } from '../schema/stored-gate.ts'
import { slotOf } from './slot.ts'

/** From this share of its time on, a gate that takes somewhat longer than the last ones may not be done in it. */
const tightFrom = 0.5

/** How much of their time gates took: it tells of hidden examples, so it is for custodians alone. */
export type SlotUse = {
  /** Of the one that took most of its time; null where none was measured. */
  longest: { seconds: number; share: number } | null
  isTight: boolean
}

type Ended = Pick<StoredGate, 'dueAt' | 'policy' | 'endedAt' | 'measures' | 'reasons'>

export function slotUse(gates: readonly Ended[]): SlotUse {
  const used = gates.flatMap((gate) => {
    const slot = slotOf(gate)
    if (slot === null || gate.endedAt === null || !wasMeasured(gate)) return []
    const took = Math.min(gate.endedAt, slot.dueAt) - slot.from
    return [{ seconds: Math.round(took / 1000), share: took / (slot.dueAt - slot.from) }]
  })
  const [longest = null] = used.toSorted((a, b) => b.share - a.share)
  return { longest, isTight: longest !== null && longest.share > tightFrom }
}

function wasMeasured({ measures, reasons }: Ended): boolean {
  return measures !== null || reasons.includes('TIME_LIMIT')
}
