import { contentHash } from '../lib/content-hash.ts'
import type { StoredPerson } from '../store/people.ts'
import type { ChangeSettings } from '../schema/change-settings.ts'
import type { ChangeHost } from './change-host.ts'
import { accountOfLogin } from './forge/github/account-of-login.ts'
import type { ForgeChange, ForgePerson, ForgeReview } from './forge/forge.ts'
import type { NewReview, ObservedChange, SeenOnForge } from './observed-change.ts'

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

/** What the forge says, with whom it means here, and whether what it merged is what was tested. */
export async function seeForge(
  { store, changes: { settings, repository } }: Pick<ChangeHost, 'store' | 'changes'>,
  stored: ObservedChange,
  forge: ForgeChange,
): Promise<SeenOnForge> {
  const people = await store.people.list()
  const here = (person: ForgePerson): string | null => personHere(settings, people, person)
  const tree = stored.revision?.tree ?? null
  const { mergedAs } = forge
  const isMerged = forge.state === 'merged' && mergedAs !== null && tree !== null
  const differing = isMerged ? await repository.changedFiles(tree, mergedAs) : null
  return {
    ...forge,
    authorHere: here(forge.author),
    newReviews: newReviews(stored, forge, here),
    mergedTree: differing === null ? null : differing.length === 0 ? 'tested' : 'other',
  }
}

/** Of the newest commit alone, as it would be merged now; each stands for one decision for ever. */
function newReviews(
  { revision, decisions, change, isSolo }: ObservedChange,
  { reviews, head }: ForgeChange,
  here: (person: ForgePerson) => string | null,
): NewReview[] {
  if (revision === null || revision.tree === null || revision.head !== head) return []
  const known = new Set(decisions.map(({ id }) => id))
  return reviews
    .filter(({ commit }) => commit === head)
    .flatMap((review) => {
      const person = here(review.person)
      const id = reviewId(change.id, review)
      if (person === null || known.has(id)) return []
      return [{ id, person, decision: review.decision, solo: isSolo && person === change.author }]
    })
}

/** The same review is the same decision, also where what would be merged is something else by then. */
function reviewId(change: string, { person, decision, commit, at }: ForgeReview): string {
  return contentHash({ change, person, decision, commit, at })
}
