import type { StoredGate } from '../schema/stored-gate.ts'
import type { Store } from '../store/store.ts'
import { decidedBefore } from './decided-before.ts'

/**
 * Equal content has one answer, free, whatever it was that was not good enough: the price, too, would tell a verdict
 * from a run that was stopped. Pooled with the first one, another look decides: also for who asks for the first one
 * after it, and also where it has no verdict, or the number of runs in the receipt would tell that. Only what passed is
 * not taken back by a look without a verdict, and needs none: it is the answer to both. What was answered while one
 * person held all roles is no answer once that is over.
 */
export async function answeredBefore(
  { gates }: Pick<Store, 'gates'>,
  { key, look, requester, solo }: Pick<StoredGate, 'look' | 'requester' | 'solo'> & { key: string },
): Promise<StoredGate | null> {
  const another = { key, look: 1, solo }
  const first = { key, look: 0, solo }
  const pooled = await decidedBefore({ gates }, another)
  if (pooled !== null) return pooled
  const decided = await decidedBefore({ gates }, first)
  if (decided?.verdict === 'PASS') return decided
  // Measured again is what has no verdict.
  const undecided = async (content: typeof first) =>
    requester === null ? gates.undecided(content) : null
  const stopped = await undecided(another)
  if (stopped !== null || look === 1) return stopped
  return decided ?? undecided(first)
}
