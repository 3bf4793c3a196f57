import type { ForgeCheck } from '../forge.ts'
import { Anything, type CheckRun, CheckRuns, CombinedStatus } from './github-answers.ts'
import type { GitHubApi } from './github-api.ts'
import { isOurApp, ourName } from './our-name.ts'

type Host = { api: GitHubApi; app: string | null }

/** Of a check run. */
const runStates = {
  queued: { status: 'queued' },
  running: { status: 'in_progress' },
  passed: { status: 'completed', conclusion: 'success' },
  failed: { status: 'completed', conclusion: 'failure' },
  skipped: { status: 'completed', conclusion: 'skipped' },
} as const satisfies Record<ForgeCheck['state'], { status: string; conclusion?: string }>

const statusStates = {
  queued: 'pending',
  running: 'pending',
  passed: 'success',
  failed: 'failure',
  skipped: 'success',
} as const satisfies Record<ForgeCheck['state'], string>

/** Characters that GitHub takes. */
const titleLength = 255
const statusLength = 140
const summaryLength = 60_000

/** One for each name and commit: a check run of an App, or a commit status, which is all that a token may set. */
export function setCheck(host: Host, check: ForgeCheck): Promise<void> {
  return host.app === null ? setStatus(host, check) : setRun(host, check)
}

async function setRun({ api, app }: Host, check: ForgeCheck): Promise<void> {
  const { names } = api
  const name = ourName(check.name)
  const title = check.title.slice(0, titleLength)
  const output = { title, summary: check.summary.slice(0, summaryLength) }
  const state = runStates[check.state]
  const link = check.url === undefined ? {} : { details_url: check.url }
  const runs = await api.call(
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    { ...names, ref: check.commit, check_name: name, filter: 'latest', per_page: 100 },
    CheckRuns,
  )
  const known = runs.find((run) => isOurApp(run.app, app))
  if (known !== undefined && isSame(known, { ...state, ...output })) return
  // What is completed stays: another try is a run of its own, and the latest counts.
  if (known === undefined || (known.status === 'completed' && state.status !== 'completed')) {
    const asked = {
      ...names,
      head_sha: check.commit,
      name,
      external_id: name,
      ...link,
      ...state,
      output,
    }
    await api.call('POST /repos/{owner}/{repo}/check-runs', asked, Anything)
    return
  }
  const asked = { ...names, check_run_id: known.id, ...link, ...state, output }
  await api.call('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', asked, Anything)
}

function isSame(
  run: CheckRun,
  wanted: { status: string; conclusion?: string; title: string; summary: string },
): boolean {
  return (
    run.status === wanted.status &&
    run.conclusion === (wanted.conclusion ?? null) &&
    run.output.title === wanted.title &&
    run.output.summary === wanted.summary
  )
}

async function setStatus({ api }: Host, check: ForgeCheck): Promise<void> {
  const context = ourName(check.name)
  const state = statusStates[check.state]
  const description = check.title.slice(0, statusLength)
  const statuses = await api.all(
    'GET /repos/{owner}/{repo}/commits/{ref}/status',
    { ...api.names, ref: check.commit },
    CombinedStatus,
  )
  const known = statuses.find((status) => status.context === context)
  if (known?.state === state && known.description === description) return
  const link = check.url === undefined ? {} : { target_url: check.url }
  const asked = { ...api.names, sha: check.commit, state, context, description, ...link }
  await api.call('POST /repos/{owner}/{repo}/statuses/{sha}', asked, Anything)
}
