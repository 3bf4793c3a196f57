import { z } from 'zod'
import type { ForgeDeployment } from '../forge.ts'
import { Anything, Deployment, DeploymentStatus } from './github-answers.ts'
import type { GitHubApi } from './github-api.ts'

/** By which ours are known among those of others. */
const task = 'proofloop'

const states = {
  requested: 'queued',
  stopped: 'failure',
} as const satisfies Record<ForgeDeployment['state'], string>

/** Characters that GitHub takes. */
const mostText = 140

/** One for each commit and environment, and a status of it that says where it is. */
export async function setDeployment(api: GitHubApi, wanted: ForgeDeployment): Promise<void> {
  const { names, call } = api
  const { environment } = wanted
  const deployment_id = (await findDeployment(api, wanted)) ?? (await createDeployment(api, wanted))
  const state = states[wanted.state]
  const description = wanted.description.slice(0, mostText)
  const asked = { ...names, deployment_id }
  const [newest] = await call(
    'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    { ...asked, per_page: 1 },
    z.array(DeploymentStatus),
  )
  if (newest?.state === state && newest.description === description) return
  await call(
    'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    { ...asked, state, description, environment, auto_inactive: false },
    Anything,
  )
}

async function findDeployment(
  { names, call }: GitHubApi,
  { commit, environment }: ForgeDeployment,
): Promise<number | null> {
  const asked = { ...names, sha: commit, task, environment, per_page: 100 }
  const all = await call('GET /repos/{owner}/{repo}/deployments', asked, z.array(Deployment))
  return all.at(-1)?.id ?? null
}

async function createDeployment(
  { names, call }: GitHubApi,
  { commit, environment, description }: ForgeDeployment,
): Promise<number> {
  const asked = {
    ...names,
    ref: commit,
    task,
    environment,
    description: description.slice(0, mostText),
    auto_merge: false,
    // What it had to pass is behind it.
    required_contexts: [],
  }
  return (await call('POST /repos/{owner}/{repo}/deployments', asked, Deployment)).id
}
