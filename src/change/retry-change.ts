import type { Actor } from '../access/actor.ts'
import { record } from '../access/audit.ts'
import { startGate } from '../gate/start-gate.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ChangeState, StoredChange } from '../schema/stored-change.ts'
import type { ChangeHost } from './change-host.ts'
import { newestOf } from './decide-check.ts'
import { type KnownChange, knownChange } from './known-change.ts'
import { changeContext, versionOf } from './observe-change.ts'
import { turnsOf } from './change-story.ts'
import { mayLookAgain, retryableCheck } from './retryable.ts'

/**
 * Begins a check again, or asks for the one more look of the gate. What is under way is not begun anew.
 * @throws UserFacingError change-not-yours, nothing-to-retry, and those of `startGate`
 */
export async function retryChange(
  host: ChangeHost,
  actor: Actor,
  { change, what }: { change: StoredChange; what: 'check' | 'gate' },
): Promise<void> {
  requireOwn(actor, change)
  const known = await knownChange(host, await changeContext(host), change)
  if (isUnderWay(known, what)) return
  if (what === 'gate') return lookAgain(host, actor, known)
  const retryable = retryableCheck(known)
  const tree = known.observed.revision?.tree
  if (retryable === null || tree == null) {
    throw new UserFacingError(
      'nothing-to-retry',
      'Nothing of it waits to be tried again: it is under way, or it takes another push.',
    )
  }
  await host.store.changes.startCheck({ ...retryable, change: change.id, tree, subject: null })
}

/** As after an answer that was lost. */
function isUnderWay({ observed }: KnownChange, what: 'check' | 'gate'): boolean {
  const { checks, gate } = observed
  if (what === 'gate') return gate?.look === 1 && gate.passed === null
  return checks.some(
    ({ name, attempt, outcome }) => name !== 'gate' && attempt > 1 && outcome === null,
  )
}

async function lookAgain(host: ChangeHost, actor: Actor, known: KnownChange): Promise<void> {
  const { checks, revision, change } = known.observed
  const version = versionOf(checks)
  const check = newestOf(checks, 'gate')
  const tree = revision?.tree
  if (!mayLookAgain(known) || check === undefined || version === null || tree == null) {
    throw noOtherLook()
  }
  const attempt = check.attempt + 1
  const key = { change: change.id, tree, name: 'gate' as const, attempt }
  await startGate(host, actor.id, {
    flow: version,
    functional: 'passed',
    again: true,
    tell: async (id) => {
      // Named before it is there, as when it is asked first: nobody asks a second one.
      if (!(await host.store.changes.startCheck({ ...key, subject: id }))) throw noOtherLook()
      const details = { change: change.id }
      await record(host.store, actor, { action: 'gate-asked', subject: id, details })
    },
  })
}

function noOtherLook(): UserFacingError {
  return new UserFacingError(
    'nothing-to-retry',
    'Once more is looked at what was answered, was not good enough, and was looked at once.',
  )
}

/** @throws UserFacingError change-not-yours, change-not-open, and those of the forge */
export async function closeChange(
  { changes, store }: Pick<ChangeHost, 'changes' | 'store'>,
  actor: Pick<Actor, 'id'>,
  change: StoredChange,
): Promise<void> {
  requireOwn(actor, change)
  const { id, number, reference, state } = change
  if (state !== 'open') throw notOpen(number, state)
  const ended = await changes.forge.close(reference)
  if (ended === 'merged') {
    await store.changes.wake(id)
    throw notOpen(number, ended)
  }
  // Who did it needs not be told.
  const turns = turnsOf(await store.changes.events(id))
  if (turns.at(-1)?.kind !== 'closed') {
    const key = `closed:${turns.length}`
    await store.changes.tell({ key, change: id, kind: 'closed', person: actor.id, text: '' })
  }
  await store.changes.update(id, { state: ended })
}

function notOpen(number: number, state: ChangeState): UserFacingError {
  return new UserFacingError('change-not-open', `Change ${number} is ${state}.`)
}

function requireOwn({ id }: Pick<Actor, 'id'>, { author }: StoredChange): void {
  if (author === id) return
  throw new UserFacingError('change-not-yours', 'Only who proposed a change does this with it.')
}
