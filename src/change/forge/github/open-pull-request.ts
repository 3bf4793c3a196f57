import { z } from 'zod'
import { Numbered } from './github-answers.ts'
import { isStatus } from './github-error.ts'
import { withAuthor } from './opened-for.ts'
import type { PullRequestHost } from './read-pull-request.ts'

type Proposed = { branch: string; title: string; description: string; author: string }

/** The open one of a branch, or a new one; a branch that was made here is pushed before. */
export async function openPullRequest(host: PullRequestHost, change: Proposed): Promise<string> {
  const { api, mirror } = host
  await mirror.push(change.branch)
  const open = await findOpen(host, change.branch)
  if (open !== null) return open
  try {
    const { number } = await api.call(
      'POST /repos/{owner}/{repo}/pulls',
      {
        ...api.names,
        head: change.branch,
        base: host.branch,
        title: change.title,
        body: withAuthor(change.description, change, api.credential),
      },
      Numbered,
    )
    return String(number)
  } catch (error) {
    if (!isStatus(error, 422)) throw error
    // Somebody may have opened it meanwhile.
    const found = await findOpen(host, change.branch)
    if (found === null) throw error
    return found
  }
}

async function findOpen({ api, branch }: PullRequestHost, head: string): Promise<string | null> {
  const asked = { ...api.names, state: 'open', head: `${api.names.owner}:${head}`, base: branch }
  const route = 'GET /repos/{owner}/{repo}/pulls'
  const [found] = await api.call(route, { ...asked, state: 'open' }, z.array(Numbered))
  return found === undefined ? null : String(found.number)
}
