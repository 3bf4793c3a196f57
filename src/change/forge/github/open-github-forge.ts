import { UserFacingError } from '../../../lib/errors.ts'
import { once } from '../../../lib/once.ts'
import type { ChangeSettings, GitHubForgeSettings } from '../../../schema/change-settings.ts'
import type { Forge, OpenForge } from '../forge.ts'
import { readBranchGuard } from './branch-guard.ts'
import { closePullRequest } from './close-pull-request.ts'
import { Login } from './github-answers.ts'
import { createGitHubApi } from './github-api.ts'
import { refused } from './github-error.ts'
import { createComments } from './keep-comment.ts'
import { listEvents } from './list-events.ts'
import { mergePullRequest } from './merge-pull-request.ts'
import { openMirror } from './mirror.ts'
import { openPullRequest } from './open-pull-request.ts'
import { type PullRequestHost, readPullRequest } from './read-pull-request.ts'
import { setCheck } from './set-check.ts'
import { setDeployment } from './set-deployment.ts'

type Options = {
  settings: Pick<ChangeSettings, 'branch' | 'mostCommits'> & { forge: GitHubForgeSettings }
  env: Record<string, string | undefined>
  dataFolder: string
  now: () => number
  /** Milliseconds that an answer may take. */
  patience?: number
}

/** GitHub names the authors of no more. */
const mostListed = 250

/**
 * Pull requests of one repository, through its REST API, and a mirror of what they name in the data folder.
 * @throws UserFacingError forge-credentials, forge-settings, git-missing, git-too-old
 */
export async function openGitHubForge(options: Options): Promise<OpenForge> {
  const { forge: settings, branch, mostCommits } = options.settings
  if (mostCommits > mostListed) {
    throw new UserFacingError(
      'forge-settings',
      `GitHub names the authors of at most ${mostListed} commits: set changes.mostCommits to that or less.`,
    )
  }
  const api = createGitHubApi({ ...options, settings })
  const cloneUrl = settings.cloneUrl ?? null
  const mirror = await openMirror({ api, cloneUrl, branch, dataFolder: options.dataFolder })
  const app = settings.app?.id ?? null
  const login = once(async () => (await api.call('GET /user', {}, Login)).login)
  const host: PullRequestHost = {
    api,
    mirror,
    apiUrl: settings.apiUrl,
    branch,
    app,
    login,
    mostCommits,
    addresses: new Map(),
  }
  return {
    forge: forgeOf(host),
    repository: mirror.repository,
    guard: (asked) => readBranchGuard(api, { ...asked, branch }),
    [Symbol.asyncDispose]: () => mirror[Symbol.asyncDispose](),
  }
}

function forgeOf(host: PullRequestHost): Forge {
  const { api } = host
  const comment = createComments(host)
  return {
    kind: 'github',
    open: (change) => openPullRequest(host, change),
    async get(reference) {
      const number = readNumber(reference)
      return number === null ? null : readPullRequest(host, number)
    },
    setCheck: (_, check) => setCheck(host, check),
    comment: (reference, text) => comment(numberOf(reference), text),
    close: (reference) => closePullRequest(host, numberOf(reference)),
    merge: (reference, request) => mergePullRequest(host, numberOf(reference), request),
    setDeployment: (_, deployment) => setDeployment(api, deployment),
    events: (cursor) => listEvents(host, cursor),
  }
}

function readNumber(reference: string): number | null {
  return /^[1-9]\d{0,9}$/.test(reference) ? Number(reference) : null
}

function numberOf(reference: string): number {
  const number = readNumber(reference)
  if (number === null) throw refused('GitHub counts pull requests: their references are numbers.')
  return number
}
