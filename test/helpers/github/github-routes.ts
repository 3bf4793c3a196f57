import * as answers from './github-answers.ts'
import type { Sent } from './github-api-description.ts'
import { mergePull } from './github-merge.ts'
import type { GitHubRepository } from './github-repository.ts'
import type { GitHubState, Pull } from './github-state.ts'

export type Caller = { kind: 'app'; app: number; login: string } | { kind: 'token'; login: string }

export type RouteHost = {
  state: GitHubState
  repository: GitHubRepository
  name: string
  cloneUrl: string
  caller: Caller
}

export type RouteAnswer = { status: number; body: unknown }

type Handler = (host: RouteHost, sent: Sent) => Promise<RouteAnswer> | RouteAnswer

export function refusal(status: number, message: string, errors?: object[]): RouteAnswer {
  const documentation_url = 'https://docs.github.com/rest'
  return { status, body: { message, documentation_url, ...(errors && { errors }) } }
}

const notFound = refusal(404, 'Not Found')
const ofRepository = '/repos/{owner}/{repo}'

const ok = (body: unknown): RouteAnswer => ({ status: 200, body })
const created = (body: unknown): RouteAnswer => ({ status: 201, body })
/** It was held against the description. */
function bodyOf<T>(sent: Sent): T {
  return sent.body as T
}
type Texts = Record<
  'context' | 'description' | 'environment' | 'ref' | 'state' | 'target_url' | 'task',
  string
>
const locked = refusal(403, 'Unable to create comment because issue is locked.')
const notByApp = refusal(403, 'Resource not accessible by integration')
const upgrade = refusal(
  403,
  'Upgrade to GitHub Pro or make this repository public to enable this feature.',
)
const byApp = refusal(403, 'You must authenticate via a GitHub App.')

/** What is done by each call; addresses, bodies and rights were looked at before. */
export const handlers: Record<string, Handler> = {
  'GET /user': ({ caller }) =>
    caller.kind === 'app' ? notByApp : ok(answers.userAnswer(caller.login)),
  [`GET ${ofRepository}`]: ({ name, cloneUrl }) => ok(answers.repositoryAnswer(name, cloneUrl)),
  async [`GET ${ofRepository}/git/ref/{ref}`]({ repository }, { path }) {
    const commit = await repository.commitOf(`refs/${path['ref']}`)
    return commit === null ? notFound : ok(answers.refAnswer(path['ref']!, commit))
  },
  [`GET ${ofRepository}/rules/branches/{branch}`]({ state, name }, { path, query }) {
    if (!state.reads.rulesets) return upgrade
    return ok(path['branch'] === 'main' ? paged(answers.branchRules(name, state.rules), query) : [])
  },
  [`GET ${ofRepository}/rulesets/{ruleset_id}`]: ({ state, name }, { path }) =>
    path['ruleset_id'] === String(answers.rulesetId)
      ? ok(answers.rulesetAnswer(name, state.rules))
      : notFound,
  [`GET ${ofRepository}/branches/{branch}/protection`]({ state, caller }, { path }) {
    if (!state.reads.administration) return caller.kind === 'app' ? notByApp : notFound
    const { classic } = state.rules
    if (path['branch'] !== 'main' || classic === null) return refusal(404, 'Branch not protected')
    return ok(answers.protectionAnswer(classic))
  },
  [`GET ${ofRepository}/pulls`]({ state, name }, { query }) {
    const wanted = query.get('state') ?? 'open'
    const head = query.get('head')
    const owner = name.split('/')[0]
    const found = state.pulls
      .filter((pull) => wanted === 'all' || pull.state === wanted)
      .filter(({ branch }) => head === null || head === `${owner}:${branch}`)
    const newestFirst = found.toSorted((a, b) =>
      query.get('sort') === 'updated'
        ? b.updatedAt.localeCompare(a.updatedAt)
        : b.number - a.number,
    )
    return ok(paged(newestFirst, query).map(answers.pullItem))
  },
  async [`POST ${ofRepository}/pulls`](host, sent) {
    const {
      head,
      title,
      body = null,
    } = bodyOf(sent) as { head: string; title: string; body?: null }
    const { state, repository, caller } = host
    const commit = await repository.commitOf(`refs/heads/${head}`)
    const own = commit === null ? [] : await repository.commits('refs/heads/main', commit)
    const known = state.pulls.some((pull) => pull.branch === head && pull.state === 'open')
    if (own.length === 0 || known) {
      const message = known ? 'A pull request already exists.' : 'No commits between main and head'
      const errors = [{ resource: 'PullRequest', code: 'custom', message }]
      return refusal(422, 'Validation Failed', errors)
    }
    const pull = await addPull(host, { login: caller.login, branch: head, title, body })
    return created(await describe(host, pull))
  },
  async [`GET ${ofRepository}/pulls/{pull_number}`](host, sent) {
    const pull = findPull(host, sent)
    return pull === undefined ? notFound : ok(await describe(host, pull))
  },
  async [`PATCH ${ofRepository}/pulls/{pull_number}`](host, sent) {
    const pull = findPull(host, sent)
    if (pull === undefined) return notFound
    const { state } = bodyOf<{ state?: Pull['state'] }>(sent)
    if (state === 'open' && pull.mergedAs !== null) return refusal(422, 'Validation Failed')
    const updatedAt = host.state.nextTime()
    Object.assign(pull, { updatedAt, ...(state !== undefined && { state }) })
    return ok(await describe(host, pull))
  },
  async [`GET ${ofRepository}/pulls/{pull_number}/commits`](host, sent) {
    const pull = findPull(host, sent)
    if (pull === undefined) return notFound
    const commits = await commitsOf(host, pull)
    return ok(paged(commits.slice(0, 250), sent.query).map(answers.commitAnswer))
  },
  [`GET ${ofRepository}/pulls/{pull_number}/reviews`](host, sent) {
    const pull = findPull(host, sent)
    if (pull === undefined) return notFound
    const all = host.state.reviews.filter((review) => review.pull === pull.number)
    return ok(paged(all, sent.query).map(answers.reviewAnswer))
  },
  async [`PUT ${ofRepository}/pulls/{pull_number}/merge`](host, sent) {
    const pull = findPull(host, sent)
    return pull === undefined ? notFound : mergePull(host, pull, bodyOf<object>(sent))
  },
  [`GET ${ofRepository}/commits/{ref}/check-runs`]({ state }, { path, query }) {
    const name = query.get('check_name')
    const all = state.runs
      .filter(({ commit }) => commit === path['ref'])
      .filter((run) => name === null || run.name === name)
    // The newest of each name and App, as the filter `latest` has it when nothing is said.
    const latest = all.filter(
      (run, i) => !all.slice(i + 1).some((next) => next.name === run.name && next.app === run.app),
    )
    const check_runs = paged(latest.toReversed(), query).map(answers.runAnswer)
    return ok({ total_count: latest.length, check_runs })
  },
  async [`POST ${ofRepository}/check-runs`]({ state, caller, repository }, sent) {
    if (caller.kind !== 'app') return byApp
    const { name, head_sha, external_id = '', ...more } = bodyOf<RunBody>(sent)
    if ((await repository.commitOf(head_sha)) === null) {
      return refusal(422, `No commit found for SHA: ${head_sha}`)
    }
    const { app } = caller
    const fields = runFields(more)
    const run = {
      id: state.nextId(),
      name,
      commit: head_sha,
      externalId: external_id,
      app,
      ...fields,
    }
    state.runs.push(run)
    return created(answers.runAnswer(run))
  },
  [`PATCH ${ofRepository}/check-runs/{check_run_id}`]({ state, caller }, sent) {
    const run = state.runs.find(({ id }) => String(id) === sent.path['check_run_id'])
    if (run === undefined) return notFound
    if (caller.kind !== 'app' || caller.app !== run.app) return byApp
    Object.assign(run, runFields(bodyOf<RunBody>(sent)))
    return ok(answers.runAnswer(run))
  },
  [`GET ${ofRepository}/commits/{ref}/status`]({ state }, { path, query }) {
    const sha = path['ref']!
    const all = state.statuses.filter(({ commit }) => commit === sha)
    const newest = all.filter(
      ({ context }, i) => !all.slice(i + 1).some((next) => next.context === context),
    )
    return ok(answers.combinedStatus(sha, paged(newest, query).map(answers.statusItem)))
  },
  async [`POST ${ofRepository}/statuses/{sha}`]({ state, repository }, sent) {
    const commit = sent.path['sha']!
    if ((await repository.commitOf(commit)) === null) return refusal(422, 'No commit found for SHA')
    const {
      state: of,
      context,
      description,
      target_url: url,
    } = bodyOf<Pick<Texts, 'state' | 'context'> & Partial<Texts>>(sent)
    if (String(description ?? '').length > 140) return refusal(422, 'description is too long')
    const status = {
      id: state.nextId(),
      commit,
      context,
      state: of,
      description: description ?? null,
      ...(url !== undefined && { url }),
    }
    state.statuses.push(status)
    return created(answers.statusAnswer(status))
  },
  [`GET ${ofRepository}/issues/{issue_number}/comments`]({ state }, { path, query }) {
    const all = state.comments.filter(({ pull }) => String(pull) === path['issue_number'])
    return ok(paged(all, query).map(answers.commentAnswer))
  },
  [`POST ${ofRepository}/issues/{issue_number}/comments`]({ state, caller }, sent) {
    const pull = Number(sent.path['issue_number'])
    const known = state.pulls.find(({ number }) => number === pull)
    if (known === undefined) return notFound
    if (known.locked === true) return locked
    const app = caller.kind === 'app' ? caller.app : null
    const { body } = bodyOf<{ body: string }>(sent)
    const comment = { id: state.nextId(), pull, login: caller.login, body, app }
    state.comments.push(comment)
    return created(answers.commentAnswer(comment))
  },
  [`PATCH ${ofRepository}/issues/comments/{comment_id}`]({ state, caller }, sent) {
    const comment = state.comments.find(({ id }) => String(id) === sent.path['comment_id'])
    if (comment === undefined) return notFound
    if (comment.login !== caller.login) return refusal(403, 'Resource not accessible')
    comment.body = bodyOf<{ body: string }>(sent).body
    return ok(answers.commentAnswer(comment))
  },
  [`GET ${ofRepository}/deployments`]({ state }, { query }) {
    const found = state.deployments
      .filter(({ sha }) => (query.get('sha') ?? sha) === sha)
      .filter(({ task }) => (query.get('task') ?? task) === task)
      .filter(({ environment }) => (query.get('environment') ?? environment) === environment)
    return ok(paged(found.toReversed(), query).map(answers.deploymentAnswer))
  },
  async [`POST ${ofRepository}/deployments`]({ state, repository }, sent) {
    const { ref, task, environment, description } = bodyOf<Texts>(sent)
    const sha = await repository.commitOf(ref)
    if (sha === null) return refusal(422, `No ref found for: ${ref}`)
    const made = { id: state.nextId(), sha, task, environment, description, statuses: [] }
    state.deployments.push(made)
    return created(answers.deploymentAnswer(made))
  },
  [`GET ${ofRepository}/deployments/{deployment_id}/statuses`]({ state }, { path, query }) {
    const found = state.deployments.find(({ id }) => String(id) === path['deployment_id'])
    if (found === undefined) return notFound
    const newestFirst = paged(found.statuses.toReversed(), query)
    return ok(newestFirst.map((status) => answers.deploymentStatus(found, status)))
  },
  [`POST ${ofRepository}/deployments/{deployment_id}/statuses`]({ state }, sent) {
    const found = state.deployments.find(({ id }) => String(id) === sent.path['deployment_id'])
    if (found === undefined) return notFound
    const { state: of, description } = bodyOf<Texts>(sent)
    if (String(description ?? '').length > 140) return refusal(422, 'description is too long')
    const status = { id: state.nextId(), state: of, description }
    found.statuses.push(status)
    return created(answers.deploymentStatus(found, status))
  },
}

export async function addPull(
  { state, repository }: Pick<RouteHost, 'state' | 'repository'>,
  wanted: { login: string; branch: string; title: string; body: string | null; draft?: boolean },
): Promise<Pull> {
  const head = (await repository.commitOf(`refs/heads/${wanted.branch}`)) ?? ''
  const number = state.pulls.length + 1
  const pull: Pull = {
    draft: false,
    ...wanted,
    number,
    state: 'open',
    mergedAs: null,
    mergedOn: null,
    head,
    updatedAt: state.nextTime(),
  }
  state.pulls.push(pull)
  await repository.setRef(`refs/pull/${number}/head`, head)
  return pull
}

function findPull({ state }: RouteHost, { path }: Sent): Pull | undefined {
  return state.pulls.find(({ number }) => String(number) === path['pull_number'])
}

async function describe(host: RouteHost, pull: Pull): Promise<unknown> {
  const base = (await host.repository.commitOf('refs/heads/main')) ?? ''
  const merged = pull.state === 'open' ? await host.repository.mergeTree(base, pull.head) : null
  const commits = (await commitsOf(host, pull)).length
  const known = { base, mergeable: merged !== null, commits, cloneUrl: host.cloneUrl }
  return answers.pullAnswer(pull, known)
}

function commitsOf({ repository }: RouteHost, pull: Pull) {
  const base = pull.mergedAs === null ? 'refs/heads/main' : `${pull.mergedAs}^1`
  return repository.commits(base, pull.head)
}

type RunBody = {
  name: string
  head_sha: string
  external_id?: string
  status?: string
  conclusion?: string
  details_url?: string
  output?: { title: string; summary: string }
}

function runFields({ conclusion, status = 'queued', output, details_url: url }: Partial<RunBody>) {
  const { title = '', summary = '' } = output ?? {}
  const isDone = conclusion !== undefined
  const known = { status: isDone ? 'completed' : status, conclusion: conclusion ?? null }
  return { ...known, title, summary, ...(url !== undefined && { url }) }
}

function paged<T>(all: T[], query: URLSearchParams): T[] {
  const size = Number(query.get('per_page') ?? 30)
  const page = Number(query.get('page') ?? 1)
  return all.slice((page - 1) * size, page * size)
}
