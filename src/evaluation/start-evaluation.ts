import { isDeepStrictEqual } from 'node:util'
import { openToMeasure } from '../dataset/dataset-source.ts'
import { UserFacingError } from '../lib/errors.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { FlowManifest } from '../schema/flow-manifest.ts'
import type { StoredEvaluation } from '../schema/stored-evaluation.ts'
import { versionOfBundle } from './bundles.ts'
import { wallsForCode } from './evaluate-apart.ts'
import type { EvaluationHost } from './evaluation-host.ts'
import { idOfStart } from './id-of-start.ts'
import { queueOf } from './open-bench.ts'
import { runEvaluation } from './run-evaluation.ts'

export type EvaluationRequest = {
  /** `letters` or `letters@evaluation`. */
  dataset: string
  /** Version of the flow; default: what is in its folder now. */
  flow?: string
  /** Instead of a version: a bundle that the requester has sent, by its hash. */
  bundle?: string
  /** Only these, with their truths; default: all. */
  agents?: string[]
  repeats: number
  /** Of the requester's choice: started again under it, it is the same evaluation. */
  key?: string
  /** Hears the evaluation's id before there is one. */
  tell?: (id: string) => Promise<void>
}

/**
 * Queues an evaluation.
 * @throws UserFacingError dataset-not-found, flow-version-not-found, bundle-not-found, flow-and-bundle,
 * model-alias-unknown, unknown-agent, budget-exhausted, budget-currency, price-unknown, code-walls,
 * start-key-taken, and those of a dataset or a flow that cannot be read
 */
export async function startEvaluation(
  host: EvaluationHost,
  requester: string,
  request: EvaluationRequest,
): Promise<StoredEvaluation> {
  const { dataset: reference, flow, bundle, agents, repeats, key, tell } = request
  const { flows, store } = host
  const version = await flows.get(await versionOf(host, requester, { flow, bundle, agents }))
  requireAgents(version.manifest, agents)
  const dataset = await openToMeasure(host.datasets, reference)
  const id = key === undefined ? timeOrderedId() : idOfStart(requester, key)
  const wanted = {
    id,
    requester,
    flowVersion: version.hash,
    dataset: dataset.name,
    agents: agents ?? null,
    repeats,
  }
  const begun = await store.evaluations.get(id)
  if (begun !== null) return takeUp(host, requireSame(begun, wanted))
  const prices = await flows.prices(version.hash, agents)
  const environment = await flows.environmentOf(version.hash)
  await host.budgets.limitsFor(requester, prices, environment)
  if (version.manifest.code !== undefined) await wallsForCode(host, environment)
  await tell?.(id)
  const entry = { ...wanted, datasetHash: dataset.hash, environment }
  return takeUp(host, requireSame(await store.evaluations.start(entry), wanted))
}

/** Queues an evaluation that has no job: it is new, or whoever kept it was cut off before. Otherwise it stays as it is. */
export async function takeUp(
  host: EvaluationHost,
  evaluation: StoredEvaluation,
): Promise<StoredEvaluation> {
  const { id, state, job } = evaluation
  if (state !== 'running' || job !== null) return evaluation
  await queueEvaluation(host, id)
  return getEvaluation(host, id)
}

type Wanted = Pick<
  StoredEvaluation,
  'id' | 'requester' | 'flowVersion' | 'dataset' | 'agents' | 'repeats'
>

/** @throws UserFacingError start-key-taken */
function requireSame(begun: StoredEvaluation, wanted: Wanted): StoredEvaluation {
  if (isDeepStrictEqual({ ...begun, ...wanted }, begun)) return begun
  const sentence =
    'Under this key you have started another evaluation. Take a key of its own for each.'
  throw new UserFacingError('start-key-taken', sentence)
}

type Subject = Pick<EvaluationRequest, 'flow' | 'bundle' | 'agents'>

/** @returns its hash */
async function versionOf(
  host: EvaluationHost,
  requester: string,
  { flow, bundle, agents }: Subject,
): Promise<string> {
  if (bundle === undefined) return flow ?? (await host.flows.current()).hash
  if (flow === undefined) return (await versionOfBundle(host, requester, { bundle, agents })).hash
  const sentence = 'Name a version of the flow or a bundle, not both: what is to be measured?'
  throw new UserFacingError('flow-and-bundle', sentence)
}

/** What runs hears of it within a second. @throws UserFacingError evaluation-not-found */
export async function stopEvaluation(
  host: Pick<EvaluationHost, 'store'>,
  id: string,
): Promise<StoredEvaluation> {
  const { evaluations } = host.store
  await evaluations.fail(id, {
    state: 'stopped',
    error: { code: 'stopped', message: 'It was stopped; answers that were there are kept.' },
  })
  return getEvaluation(host, id)
}

/** @throws UserFacingError evaluation-not-found */
export async function getEvaluation(
  { store }: Pick<EvaluationHost, 'store'>,
  id: string,
): Promise<StoredEvaluation> {
  const found = await store.evaluations.get(id)
  if (found !== null) return found
  throw new UserFacingError('evaluation-not-found', 'There is no such evaluation.')
}

/** Works on evaluations in this process, one at a time unless told otherwise, and takes up those whose process died. */
export async function workOnEvaluations(
  host: EvaluationHost,
  { concurrency = 1 }: { concurrency?: number } = {},
): Promise<void> {
  const { jobs, store } = host
  await jobs.work(queueOf(host), { concurrency }, (job) => runEvaluation(host, job))
  const unfinished = await store.evaluations.list({ state: 'running', limit: 500 })
  for (const { id, job } of unfinished) {
    // A process that died between keeping the evaluation and its job left one without.
    if (job === null) await queueEvaluation(host, id)
    else await failWithItsJob(host, { id, job })
  }
}

/** An evaluation whose job ended for good ends with it. */
export async function failWithItsJob(
  host: Pick<EvaluationHost, 'jobs' | 'store' | 'bench'>,
  { id, job }: { id: string; job: string | null },
): Promise<void> {
  const { jobs, store } = host
  const status = job === null ? null : await jobs.find(queueOf(host), job)
  if (status?.state !== 'failed') return
  const code = status.errorCode ?? 'internal'
  const message =
    code === 'job-crashed'
      ? 'The process that ran it ended several times. Answers of models are kept; start it again.'
      : 'Something went wrong inside Proofloop; its log has more.'
  await store.evaluations.fail(id, { state: 'failed', error: { code, message } })
}

/** Twice is one job. */
export async function queueEvaluation(host: EvaluationHost, id: string): Promise<void> {
  const job = await host.jobs.add(queueOf(host), { key: id, data: { evaluation: id } })
  await host.store.evaluations.setJob(id, job)
}

function requireAgents({ agents }: FlowManifest, wanted: string[] = []): void {
  const names = agents.map(({ name }) => name)
  const unknown = wanted.find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new UserFacingError(
    'unknown-agent',
    `There is no such agent in this version. There are: ${names.join(', ')}.`,
  )
}
