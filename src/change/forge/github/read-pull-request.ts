import { z } from 'zod'
import type { ForgeChange, RunnerCheck } from '../forge.ts'
import { keepRecent } from '../keep-recent.ts'
import { loginOfAddress } from './account-of-login.ts'
import { CheckRuns, CombinedStatus, CommitItem, PullRequest, Review } from './github-answers.ts'
import type { GitHubApi } from './github-api.ts'
import { isStatus, refused, unavailable } from './github-error.ts'
import type { Mirror, MirroredRefs } from './mirror.ts'
import { newestReviews } from './newest-reviews.ts'
import { readAuthor } from './opened-for.ts'
import { runnerChecks } from './runner-checks.ts'

export type PullRequestHost = {
  api: GitHubApi
  mirror: Mirror
  apiUrl: string
  /** The protected branch. */
  branch: string
  /** Number or client id of the App that we are; null: we have a token. */
  app: string | null
  /** Of the account that the token is of; an App has none to be asked for. */
  login: () => Promise<string>
  mostCommits: number
  /** By both commits: who wrote what the second has and the first has not is always the same. */
  addresses: Map<string, string[]>
}

/** How often it may be pushed to while it is looked at. */
const looks = 3

/** Who commits in the name of people who use GitHub's page. */
const machine = 'web-flow'

/** Null: there is none of that number, or it goes to another branch. */
export async function readPullRequest(
  host: PullRequestHost,
  number: number,
): Promise<ForgeChange | null> {
  for (let look = 0; look < looks; look += 1) {
    const pull = await findPull(host.api, number)
    if (pull === null || pull.base.ref !== host.branch) return null
    const refs = await host.mirror.fetch(number)
    if (refs.head === pull.head.sha) return describe(host, { pull, refs })
  }
  throw unavailable('The pull request is pushed to while it is looked at. It is tried again later.')
}

export async function findPull(api: GitHubApi, number: number): Promise<PullRequest | null> {
  const { names } = api
  try {
    const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}'
    return await api.call(route, { ...names, pull_number: number }, PullRequest)
  } catch (error) {
    if (!isStatus(error, 404)) throw error
    // GitHub answers the same when we may no longer look.
    await requireAccess(api)
    return null
  }
}

async function requireAccess({ call, names }: GitHubApi): Promise<void> {
  try {
    await call('GET /repos/{owner}/{repo}', names, z.unknown())
  } catch (error) {
    if (!isStatus(error, 404)) throw error
    throw refused(
      `GitHub shows us no repository ${names.owner}/${names.repo}: it is gone, or the App or the token has no access to it any more.`,
      { cause: error },
    )
  }
}

async function describe(
  host: PullRequestHost,
  { pull, refs }: { pull: PullRequest; refs: MirroredRefs },
): Promise<ForgeChange> {
  const [reviews, writers, writerAddresses, ofHead, group] = await Promise.all([
    readReviews(host, pull),
    readWriters(host, pull),
    readAddresses(host, { pull, refs }),
    readRunners(host, pull.head.sha),
    readGroup(host, { pull, refs }),
  ])
  const opener = pull.user?.login ?? ''
  const named = writerAddresses
    .map((address) => loginOfAddress(address, host))
    .filter((login) => login !== null)
  const opened = readAuthor(pull.body ?? '', pull.head.ref, host.api.credential)
  return {
    reference: String(pull.number),
    title: pull.title,
    description: opened.description,
    branch: pull.head.ref,
    author: opened.author !== null && (await isOpenedByUs(host, pull)) ? opened.author : opener,
    // A person who opens it with words of ours has had a hand in it, too.
    writers: [...new Set([...writers, ...named, ...(isBot(opener) ? [] : [opener])])],
    writerAddresses,
    state: pull.merged ? 'merged' : pull.state,
    head: pull.head.sha,
    base: group?.base ?? refs.base,
    ...(group !== null && { queued: { commit: group.commit, runners: group.runners } }),
    commits: pull.commits,
    mergedAs: pull.merged ? pull.merge_commit_sha : null,
    reviews,
    runners: ofHead,
  }
}

/** The forge's own runners open pull requests for whoever may push. */
const runners = 'github-actions[bot]'

/**
 * Anybody can copy what we have signed for a branch into a pull request of theirs: from a branch of that name in
 * a fork, or once ours is gone. Of an App we know no more than that it opens them as a bot.
 */
async function isOpenedByUs(
  { app, login }: PullRequestHost,
  { user, head, base }: PullRequest,
): Promise<boolean> {
  if (user === null || head.repo?.full_name !== base.repo.full_name) return false
  if (app === null) return user.login === (await login())
  return isBot(user.login) && user.login !== runners
}

function isBot(login: string): boolean {
  return login === '' || login.endsWith('[bot]')
}

async function readReviews(
  { api }: PullRequestHost,
  { number, head, merged_at: mergedAt }: PullRequest,
) {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews'
  const reviews = await api.all(route, { ...api.names, pull_number: number }, z.array(Review))
  const until = mergedAt === null ? Infinity : Date.parse(mergedAt)
  return newestReviews(reviews, { head: head.sha, until })
}

async function readWriters(
  { api, mostCommits }: PullRequestHost,
  { number, commits }: PullRequest,
): Promise<string[]> {
  if (commits > mostCommits) return []
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits'
  const asked = { ...api.names, pull_number: number }
  return writersOf(await api.all(route, asked, z.array(CommitItem)))
}

/** GitHub tells neither co-authors nor whoever has not told it of their address; the commits themselves do. */
async function readAddresses(
  { mirror: { repository }, mostCommits, addresses }: PullRequestHost,
  { pull, refs }: { pull: PullRequest; refs: MirroredRefs },
): Promise<string[]> {
  if (pull.commits > mostCommits) return []
  const key = `${refs.base} ${refs.head}`
  const known = addresses.get(key)
  if (known !== undefined) return known
  const { people } = await repository.commits(refs.base, refs.head, mostCommits)
  const found = [...new Set(people.map(({ email }) => email))]
  keepRecent(addresses, key, found)
  return found
}

function writersOf(commits: readonly CommitItem[]): string[] {
  const logins = commits.flatMap(({ author, committer }) => [author?.login, committer?.login])
  return [...new Set(logins)]
    .filter((login) => login !== undefined)
    .filter((login) => login !== machine)
}

async function readRunners({ api, app }: PullRequestHost, commit: string): Promise<RunnerCheck[]> {
  const asked = { ...api.names, ref: commit }
  const [runs, statuses] = await Promise.all([
    api.all('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', asked, CheckRuns),
    api.all('GET /repos/{owner}/{repo}/commits/{ref}/status', asked, CombinedStatus),
  ])
  return runnerChecks({ runs, statuses }, app)
}

/**
 * Its merge group, if what the queue has made is what comes out of base and head. Nothing is said of
 * another one: GitHub then takes it out of the queue.
 */
async function readGroup(
  host: PullRequestHost,
  { pull, refs: { queued } }: { pull: PullRequest; refs: MirroredRefs },
): Promise<(NonNullable<MirroredRefs['queued']> & { runners: RunnerCheck[] }) | null> {
  const { repository } = host.mirror
  if (queued === null || pull.state !== 'open' || queued.base === '') return null
  const merged = await repository.mergeTree(queued.base, pull.head.sha)
  if (!('tree' in merged)) return null
  const other = await repository.changedFiles(merged.tree, queued.commit)
  return other.length === 0 ? { ...queued, runners: await readRunners(host, queued.commit) } : null
}
