import { contentHash } from '../lib/content-hash.ts'
import type { StoredGate } from '../schema/stored-gate.ts'
import { gateBudget } from './gate-budget.ts'
import type { GateHost } from './gate-host.ts'

/** More than can ask at the same time. */
const triesAtMost = 100

/**
 * Takes one from the budget of the test set, once for each content and look; and once more after each run that
 * was told as `quality` without a verdict: a flow that does something else each time would else tell for the price
 * of one bit how often it was asked until it passed.
 * @returns its number, or null when nothing is left
 */
export async function chargeGate(
  { store, gate: { settings } }: Pick<GateHost, 'store' | 'gate'>,
  { id: gate, author, testSet, look }: StoredGate,
  content: string,
): Promise<number | null> {
  const undecided = await store.gates.undecided(content, look)
  const key = undecided === 0 ? content : contentHash({ content, undecided })
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
