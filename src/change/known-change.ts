import { UserFacingError } from '../lib/errors.ts'
import type { StoredChange } from '../schema/stored-change.ts'
import type { Store } from '../store/store.ts'
import type { KnownChange } from './view-change.ts'

export type ChangeStore = Pick<Store, 'changes' | 'gates'>

/** @throws UserFacingError change-not-found */
export async function findChange(
  { changes }: Pick<Store, 'changes'>,
  number: number,
): Promise<StoredChange> {
  const found = await changes.numbered(number)
  if (found !== null) return found
  throw new UserFacingError('change-not-found', `There is no change ${number}.`)
}

/** What is known of it, as of what would be merged now. */
export async function knownChange(
  { changes, gates }: ChangeStore,
  change: StoredChange,
): Promise<KnownChange> {
  const { id } = change
  const revision = change.revision === null ? null : await changes.revision(id, change.revision)
  const [checks, decisions, events, request] = await Promise.all([
    revision?.tree == null ? [] : changes.checks(id, revision.tree),
    changes.decisions(id),
    changes.events(id),
    changes.deploymentRequest(id),
  ])
  const asked = checks.findLast(({ name, subject }) => name === 'gate' && subject !== null)
  const gate = asked?.subject == null ? null : await gates.get(asked.subject)
  return { change, revision, checks, decisions, events, gate, request }
}
