import { z } from 'zod'
import { GitRef, PullRequestItem } from './github-answers.ts'
import type { GitHubApi } from './github-api.ts'

/** Where the last look ended. */
const Cursor = z.object({
  /** When the newest pull request that was seen had changed, as GitHub writes it; empty: there was none. */
  since: z.string(),
  etag: z.string().nullable(),
  /** The protected branch. */
  base: z.string(),
})
type Cursor = z.infer<typeof Cursor>

type Host = { api: GitHubApi; branch: string }

const items = z.array(PullRequestItem)
const pageSize = 100
const mostPages = 10

/** Pull requests that changed since; all open ones when the branch that they go to has moved. */
export async function listEvents(
  { api, branch }: Host,
  cursor: string | null,
): Promise<{ references: string[]; cursor: string }> {
  const known = readCursor(cursor)
  const asked = { ...api.names, ref: `heads/${branch}` }
  const { object } = await api.call('GET /repos/{owner}/{repo}/git/ref/{ref}', asked, GitRef)
  const base = object.sha
  const first = await askPage({ api, branch }, { page: 1, etag: known?.etag ?? null })
  const newest = first.isNew ? first.value[0]?.updated_at : undefined
  const next: Cursor = {
    since: newest ?? known?.since ?? '',
    etag: first.isNew ? first.etag : (known?.etag ?? null),
    base,
  }
  const changed =
    first.isNew && known !== null
      ? await changedSince({ api, branch }, first.value, known.since)
      : []
  const open = known?.base === base ? [] : await listOpen({ api, branch })
  const numbers = new Set([...changed, ...open].map(({ number }) => String(number)))
  return { references: [...numbers], cursor: JSON.stringify(next) }
}

/** Of another version of ours, or none: then everything is looked at. */
function readCursor(cursor: string | null): Cursor | null {
  if (cursor === null || !cursor.startsWith('{')) return null
  const { success, data } = Cursor.safeParse(JSON.parse(cursor))
  return success ? data : null
}

/** GitHub tells seconds: of one second something may have been seen, and the rest not. */
async function changedSince(
  host: Host,
  first: PullRequestItem[],
  since: string,
): Promise<PullRequestItem[]> {
  const found: PullRequestItem[] = []
  let last = first
  for (let page = 2; ; page += 1) {
    const changed = last.filter(({ updated_at }) => updated_at >= since)
    found.push(...changed)
    if (changed.length < pageSize || page > mostPages) return found
    const answer = await askPage(host, { page, etag: null })
    last = answer.isNew ? answer.value : []
  }
}

function askPage({ api, branch }: Host, { page, etag }: { page: number; etag: string | null }) {
  return api.callIfNew(
    'GET /repos/{owner}/{repo}/pulls',
    {
      ...api.names,
      base: branch,
      state: 'all',
      sort: 'updated',
      direction: 'desc',
      per_page: pageSize,
      page,
      etag,
    },
    items,
  )
}

function listOpen({ api, branch }: Host): Promise<PullRequestItem[]> {
  const asked = { ...api.names, base: branch, state: 'open' as const }
  return api.all('GET /repos/{owner}/{repo}/pulls', asked, items)
}
