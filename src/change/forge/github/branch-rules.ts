import { z } from 'zod'
import { BranchProtection, BranchRule, Ruleset } from './github-answers.ts'
import type { GitHubApi } from './github-api.ts'
import { isStatus } from './github-error.ts'

/** A rule or a protection by which GitHub wants status checks before it merges. */
export type RequiredChecks = {
  names: string[]
  /** Whether a branch has to have all of the protected one. GitHub heeds it only where a check is required. */
  isStrict: boolean
  /** Whether it holds for us, too; null: GitHub does not say. */
  holdsForUs: boolean | null
}

/** What GitHub lets us know of what it wants before a merge into the protected branch. */
export type BranchRules = {
  required: RequiredChecks[]
  /** As far as rulesets tell: of a queue that a classic protection has, GitHub tells nobody. */
  hasQueue: boolean
  /** What GitHub answered instead of rules; empty: all was read. */
  unreadable: { what: 'rulesets' | 'protection'; status: number; reason: string }[]
}

/** @throws UserFacingError forge-unavailable, forge-refused */
export async function readBranchRules(api: GitHubApi, branch: string): Promise<BranchRules> {
  const unreadable: BranchRules['unreadable'] = []
  const rules = await unlessRefused('rulesets', [403, 404], () =>
    api.all(
      'GET /repos/{owner}/{repo}/rules/branches/{branch}',
      { ...api.names, branch },
      z.array(BranchRule),
    ),
  )
  const classic = await unlessRefused('protection', [403, 404], () =>
    api.call(
      'GET /repos/{owner}/{repo}/branches/{branch}/protection',
      { ...api.names, branch },
      BranchProtection,
    ),
  )
  const ofRulesets = (rules ?? []).filter(({ type }) => type === 'required_status_checks')
  const required = await Promise.all(ofRulesets.map((rule) => ofRule(api, rule)))
  return {
    required: [...required, ...(classic === null ? [] : ofProtection(classic))],
    hasQueue: (rules ?? []).some(({ type }) => type === 'merge_queue'),
    unreadable,
  }

  async function unlessRefused<T>(
    what: BranchRules['unreadable'][number]['what'],
    statuses: number[],
    read: () => Promise<T>,
  ): Promise<T | null> {
    try {
      return await read()
    } catch (error) {
      if (!isStatus(error, ...statuses)) throw error
      const { status, reason } = error
      // Whoever may look is told so; whoever may not, that there is no such thing.
      const isNone = what === 'protection' && status === 404 && reason === notProtected
      if (!isNone) unreadable.push({ what, status, reason })
      return null
    }
  }
}

const notProtected = 'Branch not protected'

async function ofRule(
  api: GitHubApi,
  { ruleset_id: id, parameters }: BranchRule,
): Promise<RequiredChecks> {
  const isStrict = parameters?.strict_required_status_checks_policy === true
  const names = (parameters?.required_status_checks ?? []).map(({ context }) => context)
  return { names, isStrict, holdsForUs: await isHeldToRuleset(api, id) }
}

/** Whoever is in a ruleset's list of those who bypass it is not stopped by it, when they merge by a call. */
async function isHeldToRuleset(api: GitHubApi, id: number | undefined): Promise<boolean | null> {
  if (id === undefined) return null
  const route = 'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}'
  try {
    const { current_user_can_bypass: bypass } = await api.call(
      route,
      { ...api.names, ruleset_id: id },
      Ruleset,
    )
    return bypass === undefined ? null : bypass === 'never'
  } catch (error) {
    if (!isStatus(error, 403, 404)) throw error
    return null
  }
}

/** Administrators are held to it only where it says so, and an App may be one. */
function ofProtection({
  required_status_checks: checks,
  enforce_admins: admins,
}: BranchProtection): RequiredChecks[] {
  if (checks === undefined) return []
  const { contexts, strict } = checks
  return [{ names: contexts, isStrict: strict === true, holdsForUs: admins?.enabled === true }]
}
