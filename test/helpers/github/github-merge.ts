import type { RouteAnswer, RouteHost } from './github-routes.ts'
import type { Pull } from './github-state.ts'

/** As GitHub answers it: what comes first counts. */
export async function mergePull(
  { state, repository }: RouteHost,
  pull: Pull,
  asked: { sha?: string; merge_method?: string; commit_title?: string; commit_message?: string },
): Promise<RouteAnswer> {
  const no = (status: number, message: string): RouteAnswer => ({ status, body: { message } })
  if (pull.state === 'closed') return no(405, 'Pull Request is not mergeable')
  if (pull.draft) return no(405, 'Pull Request is still a draft')
  if (asked.sha !== undefined && asked.sha !== pull.head) {
    return no(409, 'Head branch was modified. Review and try the merge again.')
  }
  const base = (await repository.commitOf('refs/heads/main')) ?? ''
  const isBehind = (await repository.commits(pull.head, base)).length > 0
  const hindrance = ruleAgainst(state, pull, isBehind)
  if (hindrance !== null) return no(405, hindrance)
  const message = `${asked.commit_title}\n\n${asked.commit_message}`
  const merge = { base, head: pull.head, message, ref: 'refs/heads/main' }
  const commit = await repository.merge(merge)
  if (commit === null) return no(405, 'Pull Request is not mergeable')
  closeAsMerged({ state, pull }, commit)
  return {
    status: 200,
    body: { sha: commit, merged: true, message: 'Pull Request successfully merged' },
  }
}

export function closeAsMerged(
  { state, pull }: Pick<RouteHost, 'state'> & { pull: Pull },
  commit: string,
): void {
  const mergedOn = state.nextTime()
  Object.assign(pull, { state: 'closed', mergedAs: commit, mergedOn, updatedAt: mergedOn })
}

/** What a rule of the branch says against it; null: nothing, or nothing that holds for who asks. */
function ruleAgainst(
  { rules, ...state }: RouteHost['state'],
  { number, head }: Pull,
  isBehind: boolean,
) {
  if (rules.queue) return 'Changes must be made through the merge queue'
  const ruleset = rules.bypass === 'never' ? rules : { checks: [], isStrict: false }
  const classic =
    rules.classic?.forAdmins === true ? rules.classic : { checks: [], isStrict: false }
  const checks = [...new Set([...ruleset.checks, ...classic.checks])]
  // Without a check, GitHub does not heed it; with one, it says no more than this.
  const isStrict = [ruleset, classic].some((of) => of.isStrict && of.checks.length > 0)
  if (isStrict && isBehind) {
    return `${checks.length} of ${checks.length} required status checks are expected.`
  }
  return missingCheck(state, checks, head) ?? missingReview({ rules, ...state }, number)
}

/** What GitHub says of the first one that a commit has not; null: it has all of them. */
export function missingCheck(
  state: Pick<RouteHost['state'], 'runs' | 'statuses'>,
  checks: readonly string[],
  commit: string,
): string | null {
  const missing = checks.find((name) => !isGreen(state, name, commit))
  return missing === undefined ? null : `Required status check "${missing}" is expected.`
}

/** The newest review of each person counts, and comments do not. Where none is required, GitHub heeds none. */
function missingReview(
  { rules: { approvals }, reviews }: Pick<RouteHost['state'], 'rules' | 'reviews'>,
  number: number,
): string | null {
  if (approvals === 0) return null
  const said = reviews.filter(({ pull, state }) => pull === number && state !== 'COMMENTED')
  const newest = [...new Map(said.map(({ login, state }) => [login, state])).values()]
  const asking = newest.filter((state) => state === 'CHANGES_REQUESTED').length
  if (asking > 0) {
    return `${asking} ${asking === 1 ? 'review' : 'reviews'} requesting changes by reviewers with write access.`
  }
  if (newest.filter((state) => state === 'APPROVED').length >= approvals) return null
  const needed = approvals === 1 ? 'review is' : 'reviews are'
  return `At least ${approvals} approving ${needed} required by reviewers with write access.`
}

/** Whether the newest check or status of that name lets a commit through. */
export function isGreen(
  { runs, statuses }: Pick<RouteHost['state'], 'runs' | 'statuses'>,
  name: string,
  commit: string,
): boolean {
  const run = runs.findLast((of) => of.name === name && of.commit === commit)
  if (run !== undefined) return ['success', 'skipped', 'neutral'].includes(run.conclusion ?? '')
  const status = statuses.findLast((of) => of.context === name && of.commit === commit)
  return status?.state === 'success'
}
