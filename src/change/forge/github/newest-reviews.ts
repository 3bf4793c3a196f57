import type { ForgeReview } from '../forge.ts'
import type { Review } from './github-answers.ts'

const decisions = new Map([
  ['APPROVED', 'approved'],
  ['CHANGES_REQUESTED', 'changes-requested'],
] as const satisfies [string, ForgeReview['decision']][])

/** Comments say nothing; a review that was dismissed takes back what its person said before, too. */
const opinions = new Set<string>([...decisions.keys(), 'DISMISSED'])

/**
 * The newest of each person, where it is of this commit and was not dismissed.
 * @param until UTC epoch milliseconds; what was said later is left out
 */
export function newestReviews(
  reviews: readonly Review[],
  { head, until }: { head: string; until: number },
): ForgeReview[] {
  const newest = new Map<string, Review & { at: number }>()
  for (const review of reviews) {
    const { user, state, submitted_at } = review
    if (user === null || submitted_at === undefined || !opinions.has(state)) continue
    const at = Date.parse(submitted_at)
    if (at > until) continue
    const before = newest.get(user.login)
    const isNewer =
      before === undefined || at > before.at || (at === before.at && review.id > before.id)
    if (isNewer) newest.set(user.login, { ...review, at })
  }
  return [...newest].flatMap(([person, { state, commit_id, at }]) => {
    const decision = decisions.get(state as 'APPROVED')
    if (decision === undefined || commit_id !== head) return []
    return [{ person, decision, commit: head, at }]
  })
}
