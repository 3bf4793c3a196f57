import type { StoredPerson } from '../store/people.ts'
import type { ChangeSettings } from '../schema/change-settings.ts'
import type { ChangeHost } from './change-host.ts'
import { accountOfLogin } from './forge/github/account-of-login.ts'
import type { ForgeChange, ForgePerson } from './forge/forge.ts'
import { holdTree } from './hold-tree.ts'
import { newReviews, standingReviews } from './forge-reviews.ts'
import type { ObservedChange, SeenOnForge } from './observed-change.ts'

/**
 * Who somebody on the forge is here: of a local one by id or mail address, of another one as the configuration
 * says; nobody else is anybody.
 */
export function personHere(
  { forge }: Pick<ChangeSettings, 'forge'>,
  people: readonly Pick<StoredPerson, 'id' | 'email'>[],
  person: ForgePerson,
): string | null {
  const named = forge.kind === 'local' ? person : accountOfLogin(forge, person)
  if (named === null) return null
  const mail = named.toLowerCase()
  return people.find(({ id, email }) => id === named || email.toLowerCase() === mail)?.id ?? null
}

/** Whoever has an account here with a mail address, whatever the forge knows of it. */
export function personWithAddress(
  people: readonly Pick<StoredPerson, 'id' | 'email'>[],
  address: string,
): string | null {
  const mail = address.toLowerCase()
  return people.find(({ email }) => email.toLowerCase() === mail)?.id ?? null
}

/** What the forge says, with whom it means here, and whether what it merged is what was tested. */
export async function seeForge(
  { store, changes }: Pick<ChangeHost, 'store' | 'changes'>,
  stored: ObservedChange,
  forge: ForgeChange,
): Promise<SeenOnForge> {
  const { settings, repository } = changes
  const people = await store.people.list()
  const here = (person: ForgePerson): string | null => personHere(settings, people, person)
  const tree = stored.revision?.tree ?? null
  const { mergedAs } = forge
  const isMerged = forge.state === 'merged' && mergedAs !== null && tree !== null
  if (isMerged) await holdTree(changes, stored.change, stored.revision)
  const differing = isMerged ? await repository.changedFiles(tree, mergedAs) : null
  const standing = standingReviews(stored.change.id, forge, here)
  return {
    ...forge,
    authorHere: here(forge.author),
    standing: new Set(standing.map(({ id }) => id)),
    newReviews: newReviews(stored, forge, standing),
    mergedTree: differing === null ? null : differing.length === 0 ? 'tested' : 'other',
  }
}
