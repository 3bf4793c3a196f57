import { printable } from '../../../lib/printable.ts'
import { listCommits } from '../../git/list-commits.ts'
import type { GitPlace } from '../../git/open-git-place.ts'
import type { ForgeChange, ForgePerson } from '../forge.ts'
import {
  type ChangeFacts,
  type FactsStep,
  readChange,
  type SeenChange,
  updateFacts,
} from './change-facts.ts'
import { refused } from './change-names.ts'
import { findMerge, isAncestor } from './find-merge.ts'

export type LocalForgeHost = {
  place: GitPlace
  /** The protected branch. */
  branch: string
  /** Ids of the accounts here that have one of these mail addresses. */
  peopleOf: (emails: string[]) => Promise<ForgePerson[]>
}

/** As it is, kept from then on: also that it was merged or its branch deleted. */
export async function observe(host: LocalForgeHost, reference: string): Promise<SeenChange | null> {
  const { place, branch } = host
  const first = await readChange(place, reference, branch)
  if (first === null || first.facts.state !== 'open') return first
  const next = await nextFacts(place, first)
  if (next.facts === first.facts) return first
  return updateFacts(
    place,
    () => requireChange(host, reference),
    (seen) => nextFacts(place, seen),
  )
}

/** @throws UserFacingError forge-refused */
export async function requireChange(
  { place, branch }: LocalForgeHost,
  reference: string,
): Promise<SeenChange> {
  const seen = await readChange(place, reference, branch)
  if (seen !== null) return seen
  throw refused(`The repository has no change ${printable(reference)}. Open one first.`)
}

async function nextFacts(place: GitPlace, { facts, tip, base }: SeenChange): Promise<FactsStep> {
  if (facts.state !== 'open') return { facts, message: '' }
  if (await isAncestor(place, facts.head, base)) {
    const mergedAs = await findMerge(place, facts.head, base)
    return { facts: asMerged(facts, mergedAs), message: `Merged as ${mergedAs}` }
  }
  if (tip === null) {
    return { facts: { ...facts, state: 'closed' }, message: 'Closed: its branch was deleted' }
  }
  // Of a branch that was put back to what is merged already, the commits from before are kept.
  if (tip === facts.head || (await isAncestor(place, tip, base))) return { facts, message: '' }
  return { facts: { ...facts, head: tip }, message: `Pushed ${tip}` }
}

export function asMerged(facts: ChangeFacts, mergedAs: string): ChangeFacts {
  return { ...facts, state: 'merged', mergedAs }
}

/** So many commits are looked at for who wrote them: all there are, as good as always. */
const mostLookedAt = 10_000

export async function showChange(
  { place, peopleOf }: LocalForgeHost,
  { facts, tip, base }: SeenChange,
): Promise<ForgeChange> {
  const { reference, title, description, branch, author, state, mergedAs } = facts
  const head = state === 'open' ? (tip ?? facts.head) : facts.head
  const from = mergedAs === null ? base : await firstParent(place, mergedAs, base)
  const { count, people } = await listCommits(place, { base: from, head, most: mostLookedAt })
  const writers = await peopleOf(people.map(({ email }) => email))
  return {
    reference,
    title,
    description,
    branch,
    author,
    writers: [...new Set([author, ...writers])],
    state,
    head,
    base,
    commits: count,
    mergedAs,
    reviews: [],
    runners: [],
  }
}

/** What the protected branch was before; `base` when it was nothing. */
async function firstParent({ objects }: GitPlace, commit: string, base: string): Promise<string> {
  const { code, stdout } = await objects(['rev-parse', '--verify', '--quiet', `${commit}^1`], {
    answers: [0, 1],
  })
  return code === 0 ? stdout.toString('latin1').trim() : base
}
