import type { StoredGate } from '../schema/stored-gate.ts'
import { gateBudget } from './gate-budget.ts'
import type { GateHost } from './gate-host.ts'

/** More than can ask at the same time. */
const triesAtMost = 100

/**
 * Takes one from the budget of the test set, once for each content and look.
 * @returns its number, or null when nothing is left
 */
export async function chargeGate(
  { store, gate: { settings } }: Pick<GateHost, 'store' | 'gate'>,
  { id: gate, author, testSet, look }: StoredGate,
  key: string,
): Promise<number | null> {
  for (let tries = 0; tries < triesAtMost; tries += 1) {
    const paid = await store.gates.paid(key, look)
    if (paid !== null) return paid.sequence
    const charges = await store.gates.charges(testSet)
    if (gateBudget(charges, author, settings.budget).left === 0) return null
    const sequence = charges.length + 1
    if (await store.gates.charge({ testSet, sequence, gate, author, key, look })) return sequence
  }
  throw new Error('A gate found no number in the budget of its test set.')
}
