import { UserFacingError } from '../lib/errors.ts'
import type { StoredChange } from '../schema/stored-change.ts'
import type { Store } from '../store/store.ts'
import type { ChangeHost } from './change-host.ts'
import type { DecidedChange } from './change-step.ts'
import { decideChange } from './decide-change.ts'
import { type ChangeContext, observeStored } from './observe-change.ts'
import type { ObservedChange } from './observed-change.ts'

/** A change as it is kept here, and where it is. */
export type KnownChange = {
  observed: ObservedChange
  decided: DecidedChange
}

type Host = Pick<
  ChangeHost,
  'store' | 'gate' | 'flows' | 'isSolo' | 'now' | 'splitKey' | 'auditEnded'
> & {
  changes: Pick<ChangeHost['changes'], 'settings'>
}

/** @throws UserFacingError change-not-found */
export async function findChange(
  { changes }: Pick<Store, 'changes'>,
  number: number,
): Promise<StoredChange> {
  const found = await changes.numbered(number)
  if (found !== null) return found
  throw new UserFacingError('change-not-found', `There is no change ${number}.`)
}

/** Without a word from the forge: what happened there is known once the server has looked. */
export async function knownChange(
  host: Host,
  context: ChangeContext,
  change: StoredChange,
): Promise<KnownChange> {
  const observed = await observeStored(host, context, change)
  return { observed, decided: decideChange(observed) }
}
