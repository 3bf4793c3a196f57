import { listCommits } from '../../git/list-commits.ts'
import type { GitPlace } from '../../git/open-git-place.ts'
import type { Commits } from '../../repository.ts'
import type { ForgePerson } from '../forge.ts'
import { keepRecent } from '../keep-recent.ts'
import type { KeptChange } from './change-facts.ts'

export type LocalForgeHost = {
  place: GitPlace
  /** The protected branch. */
  branch: string
  /** Ids of the accounts here that have one of these mail addresses. */
  peopleOf: (emails: string[]) => Promise<ForgePerson[]>
  /** By reference, what this process wrote last of a change; somebody else may have written since. */
  written: Map<string, KeptChange>
  /** By both commits: what the second has and the first has not is always the same. */
  commits: Map<string, Commits>
}

/** So many commits are looked at for who wrote them: all there are, as good as always. */
const mostLookedAt = 10_000

/** Those that `head` has and `base` has not. */
export async function commitsOf(
  { place, commits }: Pick<LocalForgeHost, 'place' | 'commits'>,
  base: string,
  head: string,
): Promise<Commits> {
  const key = `${base} ${head}`
  const known = commits.get(key)
  if (known !== undefined) return known
  const listed = await listCommits(place, { base, head, most: mostLookedAt })
  keepRecent(commits, key, listed)
  return listed
}
