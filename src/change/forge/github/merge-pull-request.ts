import type { MergeRequest, MergeResult } from '../forge.ts'
import { Merged, type PullRequest } from './github-answers.ts'
import { isStatus } from './github-error.ts'
import { findPull, type PullRequestHost } from './read-pull-request.ts'

type NotMerged = Extract<MergeResult, { merged: false }>

/**
 * By a merge commit, if head and base are what was tested. GitHub itself holds the head fast; the base may
 * move between our look and the merge: what comes out is in the repository, to be compared.
 */
export async function mergePullRequest(
  host: PullRequestHost,
  number: number,
  request: MergeRequest,
): Promise<MergeResult> {
  const before = await lookAt(host, number, request)
  if (before !== null) return before
  const [title = '', ...rest] = request.message.split('\n')
  try {
    const { sha } = await host.api.call(
      'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
      {
        ...host.api.names,
        pull_number: number,
        sha: request.head,
        merge_method: 'merge',
        commit_title: title,
        commit_message: rest.join('\n').trim(),
      },
      Merged,
    )
    await host.mirror.fetch(number)
    return { merged: true, commit: sha }
  } catch (error) {
    if (!isStatus(error, 405, 409, 422, 403)) throw error
    // Its sentence is for people; what it looks like now says why.
    const after = await lookAt(host, number, request)
    if (after !== null) return after
    const why = error.status === 409 ? 'moved' : 'refused'
    return { merged: false, why, reason: error.reason }
  }
}

/** What is there already, or what stands in the way; null: it can be tried. */
async function lookAt(
  host: PullRequestHost,
  number: number,
  request: MergeRequest,
): Promise<MergeResult | null> {
  const pull = await findPull(host.api, number)
  if (pull === null) return no('closed', 'There is no such pull request.')
  if (pull.merged) return mergedAs(host, number, pull)
  const hindrance = hindranceOf(pull) ?? (await movementOf(host, number, request))
  if (hindrance === null) return mergedOtherwise(host, request)
  if (hindrance.why !== 'moved') return hindrance
  // Another process may have merged it since: that is what moved the branch.
  const now = await findPull(host.api, number)
  return now?.merged === true ? mergedAs(host, number, now) : hindrance
}

async function mergedAs(
  { mirror }: PullRequestHost,
  number: number,
  { merge_commit_sha: commit }: PullRequest,
): Promise<MergeResult> {
  await mirror.fetch(number)
  return { merged: true, commit: commit ?? '' }
}

function hindranceOf(pull: PullRequest): NotMerged | null {
  if (pull.state === 'closed') return no('closed', 'The pull request is closed.')
  if (pull.draft === true) {
    return no('refused', 'The pull request is a draft. Mark it as ready for review on GitHub.')
  }
  return null
}

async function movementOf(
  { mirror }: PullRequestHost,
  number: number,
  { head, base }: MergeRequest,
): Promise<NotMerged | null> {
  const refs = await mirror.fetch(number)
  if (refs.head !== head) return no('moved', 'The pull request has other commits by now.')
  if (refs.queued !== null) return no('refused', "GitHub's merge queue merges it.")
  if (refs.base !== base) return no('moved', 'The branch that it goes to has moved.')
  return null
}

/** What would come out now is not what was tested. */
async function mergedOtherwise(
  { mirror: { repository } }: PullRequestHost,
  { head, base, tree }: MergeRequest,
): Promise<NotMerged | null> {
  const merged = await repository.mergeTree(base, head)
  if (!('tree' in merged)) return no('conflict', 'It conflicts with the branch.')
  return merged.tree === tree ? null : no('moved', 'What a merge gives is not what was tested.')
}

function no(why: NotMerged['why'], reason: string): NotMerged {
  return { merged: false, why, reason }
}
