import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { contentHash } from '../../../lib/content-hash.ts'
import { UserFacingError } from '../../../lib/errors.ts'
import { gitScratch } from '../../git/make-scratch.ts'
import { type GitPlace, openGitPlace } from '../../git/open-git-place.ts'
import { gitEnvironment, runGit } from '../../git/run-git.ts'
import { isBranchName } from '../../git/names.ts'
import { isBranchOfDraft } from '../../draft-branch.ts'
import { repositoryIn } from '../../open-repository.ts'
import type { Repository } from '../../repository.ts'
import type { GitHubApi } from './github-api.ts'
import { GitHubRepositoryAnswer } from './github-answers.ts'
import { refused, unavailable } from './github-error.ts'

/** What GitHub's repository names for one pull request. */
export type MirroredRefs = {
  /** The protected branch. */
  base: string
  head: string
  /** Of its merge group: the newest commit, and the one that it is on. */
  queued: { commit: string; base: string } | null
}

/** A bare repository of ours with what is looked at of GitHub's. */
export type Mirror = AsyncDisposable & {
  repository: Repository
  /** @throws UserFacingError forge-unavailable, forge-refused */
  fetch(number: number): Promise<MirroredRefs>
  /** The branch of a draft, as it was made here; nothing when GitHub has that, or it is another one. */
  push(branch: string): Promise<void>
}

type Options = {
  api: Pick<GitHubApi, 'call' | 'credential' | 'names'>
  /** Where it is cloned from; null: what the API says. */
  cloneUrl: string | null
  /** The protected branch. */
  branch: string
  dataFolder: string
}

export async function openMirror({ api, cloneUrl, branch, dataFolder }: Options): Promise<Mirror> {
  const { owner, repo } = api.names
  const folder = path.join(dataFolder, 'forge', `github-${owner}-${repo}.git`)
  await createBare(folder)
  const place = await openGitPlace(folder, { scratchIn: gitScratch(dataFolder) })
  const repository = repositoryIn(place)
  const talk = createTalk({ api, cloneUrl, folder })
  let last: Promise<unknown> = Promise.resolve()
  /** One at a time: git locks what it writes. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }
  const fetch = async (number: number): Promise<MirroredRefs> => {
    try {
      await talk('fetch', [...fetchFlags, '--prune'], specsOf(branch, number))
    } catch (error) {
      if (!isMissingBranch(error)) throw error
      throw refused(error.message, { cause: error })
    }
    return readRefs(place, branch, number)
  }
  /** The newest commit that GitHub has of a branch; what it had before is none. */
  const commitThere = async (name: string): Promise<string | null> => {
    // By its hash: git keeps no `a/b` beside an `a`, which may be gone on GitHub by now.
    const seen = `refs/seen/${contentHash(name)}`
    try {
      await talk('fetch', fetchFlags, [`+refs/heads/${name}:${seen}`])
    } catch (error) {
      if (isMissingBranch(error)) return null
      throw error
    }
    const { stdout } = await place.refs(['rev-parse', '--verify', seen])
    return stdout.toString('utf8').trim()
  }
  /** What GitHub has of a branch, or else of a draft what was made here. */
  const commitOf = async (name: string): Promise<string | null> => {
    if (!isBranchName(name)) return null
    const commit = await inTurn(() => commitThere(name))
    return commit ?? (isBranchOfDraft(name) ? repository.commitOf(name) : null)
  }
  return {
    repository: { ...repository, commitOf },
    fetch: (number) => inTurn(() => fetch(number)),
    push: (name) =>
      inTurn(async () => {
        const made = isBranchOfDraft(name) ? await repository.commitOf(name) : null
        if (made === null) return
        const there = await commitThere(name)
        if (there !== null && (await repository.commits(there, made, 1)).count === 0) return
        await talk('push', ['--quiet'], [`refs/heads/${name}:refs/heads/${name}`])
      }),
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  }
}

const fetchFlags = ['--quiet', '--no-tags', '--no-write-fetch-head']

function queueOf(branch: string, number: number): string {
  return `${branch}/pr-${number}-*`
}

function specsOf(branch: string, number: number): string[] {
  const queue = queueOf(branch, number)
  return [
    `+refs/heads/${branch}:refs/heads/${branch}`,
    `+refs/pull/${number}/head:refs/pull/${number}/head`,
    `+refs/heads/gh-readonly-queue/${queue}:refs/queue/${queue}`,
  ]
}

async function readRefs(place: GitPlace, branch: string, number: number): Promise<MirroredRefs> {
  const names = {
    base: `refs/heads/${branch}`,
    head: `refs/pull/${number}/head`,
    queue: `refs/queue/${queueOf(branch, number)}`,
  }
  const format = ['--sort=committerdate', '--format=%(objectname) %(refname)']
  const { stdout } = await place.refs(['for-each-ref', ...format, ...Object.values(names)])
  const refs = stdout.toString('utf8').trimEnd().split('\n').map(splitRef)
  const commitOf = (name: string): string => {
    const commit = refs.find((ref) => ref.name === name)?.commit
    if (commit === undefined) throw unavailable(`GitHub did not send ${name}.`)
    return commit
  }
  const group = refs.findLast(({ name }) => name.startsWith('refs/queue/'))
  return {
    base: commitOf(names.base),
    head: commitOf(names.head),
    queued: group === undefined ? null : { commit: group.commit, base: baseIn(group.name) },
  }
}

function splitRef(line: string): { commit: string; name: string } {
  const [commit = '', name = ''] = line.split(' ')
  return { commit, name }
}

/** GitHub's queue names its branches by the pull request and the commit that it is put on. */
function baseIn(name: string): string {
  return /pr-\d+-([0-9a-f]{40,64})$/.exec(name)?.[1] ?? ''
}

async function createBare(folder: string): Promise<void> {
  if (existsSync(path.join(folder, 'HEAD'))) return
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await runGit({ args: ['init', '--quiet', '--bare', '--template=', folder] })
}

type Talk = (verb: 'fetch' | 'push', flags: string[], specs: string[]) => Promise<void>

/** Runs git with the token in its environment: others on the machine see arguments, and files stay. */
function createTalk(options: Pick<Options, 'api' | 'cloneUrl'> & { folder: string }): Talk {
  const { api, folder } = options
  let address = options.cloneUrl
  return async (verb, flags, specs) => {
    address ??= (await api.call('GET /repos/{owner}/{repo}', api.names, GitHubRepositoryAnswer))
      .clone_url
    const args = [verb, ...flags, address, ...specs]
    let isNew = false
    for (let attempt = 1; ; attempt += 1) {
      try {
        const environment = authorized(address, await api.credential.token(), folder)
        await runGit({ args, folder, environment, time: 10 * 60_000 })
        return
      } catch (error) {
        // Taken back, or ended while git began.
        const mayRenew: boolean = !isNew && isNotLetIn(error) && api.credential.renew()
        isNew ||= mayRenew
        // Another process fetches the same.
        const isLocked = attempt < mostAttempts && /cannot lock ref/i.test(saidIn(error))
        if (!mayRenew && !isLocked) throw explain(verb, error)
      }
    }
  }
}

function authorized(address: string, token: string, folder: string): Record<string, string> {
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  return gitEnvironment({
    protocols: ['https', 'http', 'file'],
    safe: folder,
    more: [
      [`http.${address}.extraHeader`, `Authorization: Basic ${basic}`],
      // Not to where somebody sends us on, with the token.
      ['http.followRedirects', 'false'],
    ],
  })
}

function isMissingBranch(error: unknown): error is UserFacingError {
  return error instanceof UserFacingError && error.code === 'branch-not-there'
}

const mostAttempts = 5

/** By git. */
function saidIn(error: unknown): string {
  return error instanceof UserFacingError && error.cause instanceof Error ? error.cause.message : ''
}

/** In words of git, and numbers of HTTP, which are no milliseconds. */
function isNotLetIn(error: unknown): boolean {
  return /could not read Username|Authentication failed|(?:error:|HTTP) 40[134]\b/i.test(
    saidIn(error),
  )
}

const words = { fetch: 'fetched from', push: 'pushed to' }

function explain(verb: 'fetch' | 'push', error: unknown): unknown {
  if (!(error instanceof UserFacingError) || error.code !== 'git-failed') return error
  const said = saidIn(error)
  const failed = `Commits cannot be ${words[verb]} GitHub`
  if (isNotLetIn(error)) {
    const sentence = `${failed}: it does not let us. See which permissions docs/changes.md names.`
    return refused(sentence, { cause: error })
  }
  if (/\[rejected\]|\[remote rejected\]/.test(said)) {
    const sentence = `${failed}: the branch has other commits there, or a rule protects it.`
    return refused(sentence, { cause: error })
  }
  if (/couldn't find remote ref/.test(said)) {
    const sentence = `${failed}: a branch is not there. Look at changes.branch in the configuration.`
    return new UserFacingError('branch-not-there', sentence, { cause: error })
  }
  return unavailable(`${failed} now. It is tried again later.`, { cause: error })
}
