import { printable } from '../../../lib/printable.ts'
import { readCommit } from '../../git/read-objects.ts'
import type { Forge, ForgeChange } from '../forge.ts'
import {
  type ChangeFacts,
  type FactsStep,
  readChange,
  type SeenChange,
  updateFacts,
} from './change-facts.ts'
import { refused } from './change-names.ts'
import { findMerge } from './find-merge.ts'
import { commitsOf, type LocalForgeHost } from './local-forge-host.ts'

/** As it is, kept from then on: also that it was merged or its branch deleted. */
export async function observe(host: LocalForgeHost, reference: string): Promise<SeenChange | null> {
  const { place, branch } = host
  const first = await readChange(place, reference, branch)
  if (first === null || first.facts.state !== 'open') return first
  const next = await nextFacts(host, first)
  if (next.facts === first.facts) return first
  return updateFacts(
    host,
    () => requireChange(host, reference),
    (seen) => nextFacts(host, seen),
  )
}

/** Unless it was merged by then. @throws UserFacingError forge-refused */
export async function close(host: LocalForgeHost, reference: string): ReturnType<Forge['close']> {
  const { facts } = await updateFacts(
    host,
    () => requireChange(host, reference),
    async (seen) => {
      const next = await nextFacts(host, seen)
      if (next.facts.state !== 'open') return next
      return { facts: { ...next.facts, state: 'closed' }, message: 'Closed' }
    },
  )
  return facts.state === 'merged' ? 'merged' : 'closed'
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

async function nextFacts(
  host: LocalForgeHost,
  { facts, tip, base }: SeenChange,
): Promise<FactsStep> {
  const hasAll = async (head: string) => (await commitsOf(host, base, head)).count === 0
  if (facts.state !== 'open') return { facts, message: '' }
  if (await hasAll(facts.head)) {
    const mergedAs = await findMerge(host.place, facts.head, base)
    return { facts: asMerged(facts, mergedAs), message: `Merged as ${mergedAs}` }
  }
  if (tip === null) {
    return { facts: { ...facts, state: 'closed' }, message: 'Closed: its branch was deleted' }
  }
  // Of a branch that was put back to what is merged already, the commits from before are kept.
  if (tip === facts.head || (await hasAll(tip))) return { facts, message: '' }
  return { facts: { ...facts, head: tip }, message: `Pushed ${tip}` }
}

export function asMerged(facts: ChangeFacts, mergedAs: string): ChangeFacts {
  return { ...facts, state: 'merged', mergedAs }
}

export async function showChange(
  host: LocalForgeHost,
  { facts, tip, base }: SeenChange,
): Promise<ForgeChange> {
  const { reference, title, description, branch, author, state, mergedAs } = facts
  const head = state === 'open' ? (tip ?? facts.head) : facts.head
  // What the protected branch was before.
  const merge = mergedAs === null ? null : await readCommit(host.place, mergedAs)
  const { count, people } = await commitsOf(host, merge?.parents[0] ?? base, head)
  const writerAddresses = [...new Set(people.map(({ email }) => email))]
  const writers = await host.peopleOf(writerAddresses)
  return {
    reference,
    title,
    description,
    branch,
    author,
    writers: [...new Set([author, ...writers])],
    writerAddresses,
    state,
    head,
    base,
    commits: count,
    mergedAs,
    reviews: [],
    runners: [],
  }
}
