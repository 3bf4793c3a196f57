import { contentHash } from '../lib/content-hash.ts'
import type { ChangeDecision } from '../schema/stored-change.ts'
import type { ForgeChange, ForgePerson, ForgeReview } from './forge/forge.ts'
import type { NewReview, ObservedChange, SeenOnForge } from './observed-change.ts'

/** Ids of decisions that were said on the forge are hashes; the others are UUIDs. */
const hash = /^[0-9a-f]{64}$/u

type Here = (person: ForgePerson) => string | null
type Shown = Pick<ForgeChange, 'reviews' | 'head'>

/** Those that stand there, of the newest commit alone, by people here. */
export function standingReviews(
  change: string,
  { reviews, head }: Shown,
  here: Here,
): (Pick<ForgeReview, 'decision' | 'at'> & { id: string; person: string })[] {
  return reviews
    .filter(({ commit }) => commit === head)
    .flatMap((review) => {
      const { decision, at } = review
      const person = here(review.person)
      return person === null ? [] : [{ id: reviewId(change, review), person, decision, at }]
    })
}

/** The same review is the same decision, also where what would be merged is something else by then. */
function reviewId(change: string, { person, decision, commit, at }: ForgeReview): string {
  return contentHash({ change, person, decision, commit, at })
}

/**
 * Of what would be merged now; each stands for one decision for ever. Nothing that its person has said here since
 * is taken back by it.
 */
export function newReviews(
  { revision, decisions, change, isSolo }: ObservedChange,
  { head }: Pick<ForgeChange, 'head'>,
  standing: ReturnType<typeof standingReviews>,
): NewReview[] {
  if (revision === null || revision.tree === null || revision.head !== head) return []
  return standing
    .filter(({ id }) => decisions.every((known) => known.id !== id))
    .filter(({ person, at }) => !decisions.some((said) => isSaidHereSince(said, { person, at })))
    .map(({ id, person, decision }) => {
      return { id, person, decision, solo: isSolo && person === change.author }
    })
}

function isSaidHereSince(
  said: ChangeDecision,
  { person, at }: { person: string; at: number },
): boolean {
  return said.person === person && !isReview(said) && said.decidedAt > at
}

/** Whether it was said on the forge. */
export function isReview({ id }: Pick<ChangeDecision, 'id'>): boolean {
  return hash.test(id)
}

/**
 * What is to be kept as a decision now. As on the page, nothing is approved before the gate was passed by what would
 * be merged; an approval that comes sooner is taken then, if it still stands.
 */
export function reviewToRecord(
  { gate }: Pick<ObservedChange, 'gate'>,
  { newReviews: found }: Pick<SeenOnForge, 'newReviews'>,
): NewReview | null {
  const isPassed = gate?.passed === true && gate.isCurrent
  return found.find(({ decision }) => decision !== 'approved' || isPassed) ?? null
}

type Standing = Pick<ObservedChange, 'change' | 'seen' | 'events' | 'revision'>

/** Whether what somebody decided still does: what was dismissed on the forge does not, what was said here does. */
export function stands(observed: Standing, one: ChangeDecision): boolean {
  if (!isReview(one)) return true
  if (isSeen(observed)) return observed.seen.standing.has(one.id)
  return !observed.events.some(({ key }) => key === dismissedKey(one))
}

/**
 * Of a decision that was taken back on the forge, or that another one replaced which does not stand any more: what its
 * person said before does not come back by that. While a later one stands, that one counts in its place.
 */
export function isDismissed(
  observed: Standing & Pick<ObservedChange, 'decisions'>,
  one: ChangeDecision,
): boolean {
  const { decisions } = observed
  if (!isSeen(observed) || stands(observed, one)) return false
  const later = decisions.slice(decisions.indexOf(one) + 1)
  return !later.some(
    (said) => said.person === one.person && isReview(said) && stands(observed, said),
  )
}

export function dismissedKey({ id }: Pick<ChangeDecision, 'id'>): string {
  return `dismissed:${id}`
}

/** Whether the forge was asked about what would be merged, or was until now. Of what is merged here the story counts. */
function isSeen<S extends Standing>(observed: S): observed is S & { seen: SeenOnForge } {
  const { change, seen, revision } = observed
  if (change.state === 'merged' || seen === null) return false
  return seen.state !== 'closed' && seen.head === revision?.head
}
