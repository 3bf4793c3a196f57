import { UserFacingError } from '../lib/errors.ts'
import type { StoredGate } from '../schema/stored-gate.ts'
import { answeredBefore } from './answered-before.ts'
import type { GateHost } from './gate-host.ts'
import { beginGate, isAskedTheSame, prepareGate } from './start-gate.ts'
import { endWhenOver } from './time-limit.ts'

type Again = {
  /** A custodian. */
  requester: string
  gate: StoredGate
  /** Hears the id of the new one before there is one. */
  tell: (id: string) => Promise<void>
}

/**
 * Asks again, for its author and free of the budget, what was told as `quality` without a verdict: equal content is
 * answered once, and an outage that began while the candidate ran would block it for good.
 * @throws UserFacingError gate-decided, gate-asked-already, gate-outdated, and those of `startGate` about walls
 * and references
 */
export async function measureAgain(
  host: GateHost,
  { requester, gate: { id }, tell }: Again,
): Promise<StoredGate> {
  const { gate, look } = await newestOf(host, { requester, id })
  const { author, candidate } = gate
  const question = await prepareGate(host, author, { flow: candidate })
  if (!isAskedTheSame(gate, question.asked)) {
    const sentence =
      'What it was compared with, the test set or the policy is another one by now: its author asks anew.'
    throw new UserFacingError('gate-outdated', sentence)
  }
  const bounds = { running: 1 }
  const begun = await beginGate(host, question, { look, requester, tell, bounds })
  if (begun === null) throw askedAlready()
  return begun
}

function askedAlready(): UserFacingError {
  return new UserFacingError('gate-asked-already', 'This version is being asked about already.')
}

/**
 * The one of that id, if nothing was decided or asked since, and which look is missing: where equal content was looked
 * at once more, that look is what everybody is answered by.
 */
async function newestOf(
  host: GateHost,
  { requester, id }: { requester: string; id: string },
): Promise<{ gate: StoredGate; look: StoredGate['look'] }> {
  const found = await host.store.gates.get(id)
  if (found === null) throw new UserFacingError('gate-not-found', 'There is no such gate.')
  const gate = await endWhenOver(host, found)
  const { author, candidate, key } = gate
  const [newest] = await host.store.gates.list({ author, candidate, limit: 1 })
  if (gate.state === 'running' || newest?.state === 'running') {
    throw askedAlready()
  }
  if (gate.cause === 'quality' && gate.measures === null && key !== null) {
    const solo = await host.isSolo()
    const another = await host.store.gates.undecided({ key, look: 1, solo })
    const look = another === null ? gate.look : 1
    const known = await answeredBefore(host.store, { key, look, requester, solo })
    if (known === null) return { gate, look }
  }
  throw new UserFacingError(
    'gate-decided',
    'Measured again is what was not good enough without a verdict; this gate, or an equal one, has one, or another cause.',
  )
}
