import { createHmac } from 'node:crypto'
import { closeAsMerged, isGreen, missingCheck } from './github-merge.ts'
import type { GitHubRepository, NewCommit } from './github-repository.ts'
import { addPull } from './github-routes.ts'
import type { GitHubState, GivenReview, Pull } from './github-state.ts'

type Host = { state: GitHubState; repository: GitHubRepository; name: string }

/** The App of the forge's own runners. */
const actionsApp = 15_368

/** What other people, and their machines, do on GitHub. */
export function createPeople(host: Host) {
  const { state, repository } = host
  const pullOf = (number: number): Pull => {
    const found = state.pulls.find((pull) => pull.number === number)
    if (found === undefined) throw new Error(`There is no pull request ${number}.`)
    return found
  }
  const touch = (number: number): Pull => {
    const pull = pullOf(number)
    pull.updatedAt = state.nextTime()
    return pull
  }
  /** A push shows at once where pull requests are from. */
  const push = async (commit: NewCommit): Promise<string> => {
    const sha = await repository.commit(commit)
    await followBranches(host)
    return sha
  }
  return {
    push,
    async open(wanted: { login: string; branch: string; title?: string; draft?: boolean }) {
      const title = wanted.title ?? `Change ${wanted.branch}`
      return (await addPull(host, { body: null, ...wanted, title })).number
    },
    review(number: number, login: string, state_: GivenReview['state'] = 'APPROVED') {
      const { head } = touch(number)
      const id = state.nextId()
      const at = state.nextTime()
      state.reviews.push({ id, pull: number, login, state: state_, commit: head, at })
    },
    dismiss(number: number, login: string) {
      touch(number)
      const of = state.reviews.filter((review) => review.pull === number && review.login === login)
      const newest = of.findLast((review) => review.state !== 'COMMENTED')
      if (newest === undefined) throw new Error(`${login} has not reviewed ${number}.`)
      newest.state = 'DISMISSED'
    },
    comment(number: number, login: string, body: string) {
      touch(number)
      state.comments.push({ id: state.nextId(), pull: number, login, body, app: null })
    },
    deleteComments(number: number) {
      state.comments = state.comments.filter(({ pull }) => pull !== number)
    },
    close: (number: number) => Object.assign(touch(number), { state: 'closed' }),
    reopen: (number: number) => Object.assign(touch(number), { state: 'open' }),
    setDraft: (number: number, draft: boolean) => Object.assign(touch(number), { draft }),
    async mergeByHand(number: number): Promise<string> {
      const pull = touch(number)
      const base = (await repository.commitOf('refs/heads/main')) ?? ''
      const merge = { base, head: pull.head, message: 'By hand', ref: 'refs/heads/main' }
      const commit = await repository.merge(merge)
      if (commit === null) throw new Error('It conflicts.')
      closeAsMerged({ state, pull }, commit)
      return commit
    },
    /** What a job of the forge's runners says. */
    runner(name: string, commit: string, conclusion: string | null) {
      const status = conclusion === null ? 'in_progress' : 'completed'
      const more = { externalId: 'job', title: name, summary: '', app: actionsApp }
      state.runs.push({ id: state.nextId(), name, commit, status, conclusion, ...more })
    },
    /** What anybody may say who may push. */
    status(context: string, commit: string, of: string) {
      state.statuses.push({ id: state.nextId(), commit, context, state: of, description: null })
    },
    ...queueOf(host, pullOf),
    webhook: (event: string, payload: object, secret: string) =>
      webhookOf(host, { event, payload, secret }),
  }
}

/** A merge queue of one: what is in it is on what is before it, or on the branch. */
function queueOf({ state, repository }: Host, pullOf: (number: number) => Pull) {
  const groupRef = (number: number, base: string): string =>
    `refs/heads/gh-readonly-queue/main/pr-${number}-${base}`
  return {
    /**
     * As GitHub does it, once the head has all required checks.
     * @returns the commit that waits for its checks
     */
    async enqueue(number: number, base?: string): Promise<string> {
      const on = base ?? (await repository.commitOf('refs/heads/main')) ?? ''
      const { head } = pullOf(number)
      const missing = missingCheck(state, state.rules.checks, head)
      if (missing !== null) throw new Error(missing)
      const merge = { base: on, head, message: 'Queue', ref: groupRef(number, on) }
      const commit = await repository.merge(merge)
      if (commit === null) throw new Error('It conflicts.')
      return commit
    },
    /** What the queue does when it looks at a group. @returns whether it has merged it */
    async settle(number: number, base: string): Promise<boolean> {
      const ref = groupRef(number, base)
      const commit = await repository.commitOf(ref)
      if (commit === null) throw new Error('It is not in the queue.')
      if (!state.rules.checks.every((name) => isGreen(state, name, commit))) return false
      await repository.setRef('refs/heads/main', commit)
      await repository.deleteRef(ref)
      closeAsMerged({ state, pull: pullOf(number) }, commit)
      return true
    },
  }
}

/** Pull requests show the newest commit of their branches. */
export async function followBranches({ state, repository }: Host): Promise<void> {
  const branches = repository.branches()
  for (const pull of state.pulls) {
    const head = branches.get(pull.branch)
    if (pull.state !== 'open' || head === pull.head) continue
    pull.updatedAt = state.nextTime()
    if (head === undefined) {
      pull.state = 'closed'
      continue
    }
    pull.head = head
    await repository.setRef(`refs/pull/${pull.number}/head`, head)
  }
}

function webhookOf(
  { name }: Host,
  { event, payload, secret }: { event: string; payload: object; secret: string },
): { body: string; headers: Record<string, string> } {
  const body = JSON.stringify({ repository: { full_name: name }, ...payload })
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const headers = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-hub-signature-256': `sha256=${signature}`,
  }
  return { body, headers }
}
