import type { BranchGuard, BranchUnguarded } from '../../../schema/branch-guard.ts'
import type { ChangeSettings } from '../../../schema/change-settings.ts'
import { type BranchRules, readBranchRules, type RequiredChecks } from './branch-rules.ts'
import { createGitHubApi, type GitHubApi } from './github-api.ts'
import { ourName } from './our-name.ts'

type Asked = { branch: string; mergeQueue: boolean }

/**
 * Whether GitHub keeps from the branch what nobody has tested there. It merges into the branch as it is at that
 * moment, and can be told of the head only: so that a branch which moves just then is not merged into untested, its
 * rules must want branches that are up to date; or a queue must, which waits for our checks of what it has made.
 * @throws UserFacingError forge-unavailable, forge-refused
 */
export async function readBranchGuard(api: GitHubApi, asked: Asked): Promise<BranchGuard> {
  return decideGuard(await readBranchRules(api, asked.branch), asked)
}

/** The same for who examines a server: null where its changes are not on GitHub. */
export function branchGuardOf(
  settings: ChangeSettings | undefined,
  more: { env: Record<string, string | undefined>; now: () => number },
): (() => Promise<BranchGuard>) | null {
  if (settings?.forge.kind !== 'github') return null
  const { forge, branch } = settings
  const { mergeQueue = false } = forge
  return async () =>
    readBranchGuard(createGitHubApi({ ...more, settings: forge }), { branch, mergeQueue })
}

function decideGuard(rules: BranchRules, { branch, mergeQueue }: Asked): BranchGuard {
  if (mergeQueue) return guardOfQueue(rules, branch)
  if (rules.hasQueue) return hasQueue(branch)
  const strict = rules.required.filter(({ isStrict, names }) => isStrict && names.length > 0)
  if (strict.some(({ holdsForUs }) => holdsForUs === true)) {
    const sentence = `GitHub merges into ${branch} only what has all of it.`
    return { holds: true, sentence }
  }
  if (strict.some(({ holdsForUs }) => holdsForUs === false)) return bypassed(branch)
  if (strict.length > 0) return unreadable(branch, unsaid)
  return notFound(rules, branch, notStrict(branch))
}

function guardOfQueue(rules: BranchRules, branch: string): BranchGuard {
  if (rules.required.some(isWaitingForUs)) {
    const sentence = `What GitHub's merge queue merges into ${branch} waits for ${ourName('approval')}.`
    return { holds: true, sentence }
  }
  return notFound(rules, branch, {
    holds: false,
    code: 'branch-queue-open',
    sentence: `GitHub's merge queue would merge into ${branch} what nobody has approved or tested: ${branch} does not require ${ourName('approval')}.`,
    fix: `In the rules of ${branch} on GitHub, require the status checks that docs/changes.md names.`,
  })
}

function isWaitingForUs({ names }: RequiredChecks): boolean {
  return names.includes(ourName('approval'))
}

/** What is not found may stand where we may not look. */
function notFound({ unreadable: not }: BranchRules, branch: string, otherwise: BranchUnguarded) {
  const [first] = not.toSorted((a, b) => (a.what < b.what ? 1 : -1))
  if (first === undefined) return otherwise
  const { status, reason } = first
  const said = reason === '' ? `${status}` : `${status}: ${reason}`
  return first.what === 'rulesets'
    ? unreadable(branch, `GitHub does not let us read its rulesets (${said})`)
    : unreadable(
        branch,
        `no ruleset of it does, and GitHub does not let us read its classic protection (${said})`,
      )
}

const unsaid = 'a ruleset of it does, and GitHub does not say whether we may bypass that'

const askFor =
  'Add a ruleset for it on GitHub (Settings, Rules, Rulesets) that requires the status checks of docs/changes.md and “Require branches to be up to date before merging”'

function notStrict(branch: string): BranchUnguarded {
  return {
    holds: false,
    code: 'branch-not-strict',
    sentence: `GitHub would merge into ${branch} what lacks commits of it: when ${branch} moves in the moment of a merge, something would be merged that nobody has tested.`,
    fix: `${askFor}; we then need no more than Metadata (read) to see it.`,
  }
}

function hasQueue(branch: string): BranchUnguarded {
  return {
    holds: false,
    code: 'branch-has-queue',
    sentence: `GitHub merges into ${branch} by its merge queue alone, and the server was not told of it.`,
    fix: 'Set changes.forge.mergeQueue to true in proofloop.config.ts, and start the server again.',
  }
}

function bypassed(branch: string): BranchUnguarded {
  return {
    holds: false,
    code: 'branch-bypassed',
    sentence: `GitHub holds others to up-to-date branches when they merge into ${branch}, and not us.`,
    fix: 'On GitHub, take the App or the account of the token out of the bypass list of the ruleset; of a classic protection, choose “Do not allow bypassing the above settings”.',
  }
}

function unreadable(branch: string, why: string): BranchUnguarded {
  return {
    holds: false,
    code: 'branch-rules-unreadable',
    sentence: `Nobody knows whether GitHub keeps from ${branch} what nobody has tested: ${why}.`,
    fix: `${askFor}: to read it takes Metadata (read). Or, for a classic protection, give the App or the token Administration (read).`,
  }
}
