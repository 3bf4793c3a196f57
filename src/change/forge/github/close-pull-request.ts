import type { Forge } from '../forge.ts'
import { PullRequest } from './github-answers.ts'
import { refused } from './github-error.ts'
import { findPull, type PullRequestHost } from './read-pull-request.ts'

/** @throws UserFacingError forge-refused */
export async function closePullRequest(
  { api }: Pick<PullRequestHost, 'api'>,
  number: number,
): ReturnType<Forge['close']> {
  const pull = await findPull(api, number)
  if (pull === null) throw refused(`GitHub has no pull request ${number}.`)
  if (pull.state === 'closed') return endOf(pull)
  const asked = { ...api.names, pull_number: number, state: 'closed' as const }
  // Somebody may have merged it since.
  return endOf(
    await api.call('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', asked, PullRequest),
  )
}

function endOf({ merged }: PullRequest): 'merged' | 'closed' {
  return merged ? 'merged' : 'closed'
}
