import type { GateSettings } from '../schema/gate-settings.ts'
import type { GateCharge, StoredGate } from '../schema/stored-gate.ts'

/** Gates on one test set: those of the author, and those of everybody. */
export type GateBudget = {
  own: { used: number; limit: number }
  all: { used: number; limit: number }
  /** How many the author may still ask for. */
  left: number
}

/**
 * Charges as people are told them: each gate counts from its question to its answer, whether it will cost
 * something or not. When it is charged would tell when the gates before it had ended.
 * @param unanswered gates on that test set
 */
export function chargesToTell(
  charges: readonly Pick<GateCharge, 'author' | 'gate'>[],
  unanswered: readonly Pick<StoredGate, 'author' | 'id'>[],
): Pick<GateCharge, 'author'>[] {
  const open = new Set(unanswered.map(({ id }) => id))
  return [...charges.filter(({ gate }) => !open.has(gate)), ...unanswered]
}

/** What an author may still ask of a test set. @param charges of that test set */
export function gateBudget(
  charges: readonly Pick<GateCharge, 'author'>[],
  author: string,
  { perAuthor, inTotal }: GateSettings['budget'],
): GateBudget {
  const used = charges.filter((charge) => charge.author === author).length
  const left = Math.max(0, Math.min(perAuthor - used, inTotal - charges.length))
  return {
    own: { used, limit: perAuthor },
    all: { used: charges.length, limit: inTotal },
    left,
  }
}
