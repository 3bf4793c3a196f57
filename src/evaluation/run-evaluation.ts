import type { LoadedAgent } from '../agent/agent.ts'
import { loadExampleDocuments } from '../dataset/example-document.ts'
import type { Dataset } from '../dataset/read-dataset.ts'
import type { OpenedVersion } from '../flow/kept-versions.ts'
import { wallsOf } from '../flow/isolate/isolation.ts'
import type { Flow } from '../flow/open-flow.ts'
import type { RunningJob } from '../job/run-job.ts'
import { isStoreFailure, UserFacingError } from '../lib/errors.ts'
import { timeLimit } from '../lib/time-limit.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { EnvironmentName, EnvironmentSettings } from '../schema/environment.ts'
import type { Walls } from '../schema/gate-settings.ts'
import { keptAnswers } from '../model/kept-answers.ts'
import type { StoredEvaluation } from '../schema/stored-evaluation.ts'
import { evaluateApart, wallsForCode } from './evaluate-apart.ts'
import { documentsAtOnce, evaluateFlow, type RepeatOptions } from './evaluate-flow.ts'
import { evaluateInThread } from './evaluate-in-thread.ts'
import { runOfCounts, truthsOf } from './evaluate-outputs.ts'
import {
  type ApartRuns,
  type CodeRun,
  type EvaluationHost,
  evaluationQueue,
  type Through,
} from './evaluation-host.ts'
import {
  agentsThatRun,
  codeIn,
  flowIdentity,
  refuseHalfARun,
  refuseNothing,
} from './flow-identity.ts'
import { benchOf } from './open-bench.ts'

const minute = 60_000
/** Milliseconds between what is told of the progress. */
const tellEvery = 500

/** Somebody stopped it. */
class EvaluationEnded extends Error {}

/**
 * The job of an evaluation. What was asked of models before a crash is not asked again; rules are run
 * again.
 */
export async function runEvaluation(host: EvaluationHost, job: RunningJob): Promise<void> {
  const { evaluations } = host.store
  const id = job.data['evaluation'] ?? ''
  const evaluation = await evaluations.get(id)
  if (evaluation === null || evaluation.state !== 'running') return
  try {
    await measure(host, evaluation, job.signal)
  } catch (error) {
    if (error instanceof EvaluationEnded) return
    job.signal.throwIfAborted()
    if (isStoreFailure(error)) throw error
    // What a user caused stays so, however often it is tried.
    const isFinal = error instanceof UserFacingError
    if (!isFinal && job.attempt < evaluationQueue.attempts) throw error
    await evaluations.fail(id, { state: 'failed', error: told(error) })
    if (!isFinal) throw error
  }
}

function told(error: unknown): { code: string; message: string } {
  if (error instanceof UserFacingError) return { code: error.code, message: error.message }
  return { code: 'internal', message: 'Something went wrong inside Proofloop; its log has more.' }
}

async function measure(
  host: EvaluationHost,
  evaluation: StoredEvaluation,
  stopped: AbortSignal,
): Promise<void> {
  const bench = benchOf(host)
  const dataset = await bench.open(evaluation)
  const examples = dataset.examples.map(({ id }) => id)
  const { record = async (_, run) => run((models) => models) } = bench
  const { run, details } = await record({ evaluation, examples }, (through) =>
    measureOn(host, evaluation, { dataset, stopped, through }),
  )
  await host.store.evaluations.finish(evaluation.id, run, details)
}

type On = { dataset: Dataset; stopped: AbortSignal; through: Through }

async function measureOn(
  host: EvaluationHost,
  evaluation: StoredEvaluation,
  { dataset, stopped, through }: On,
) {
  const { agents, flowVersion, requester } = evaluation
  const bench = benchOf(host)
  const version = await host.flows.get(flowVersion ?? '')
  const chosen = agents ?? undefined
  const prices = await host.flows.prices(version.hash, chosen)
  const environment = await host.flows.environmentOf(version.hash)
  const look = () => host.budgets.limitsFor(requester, prices, environment)
  await using answers = keptAnswers(host.store, bench.apart)
  await using flow = await host.flows.open(version.hash, {
    agents: chosen,
    answers,
    budget: await look(),
    withoutCode: true,
    hidden: bench.isHidden,
  })
  await using watch = await watchEvaluation(host, {
    evaluation,
    environment,
    flow,
    look,
    documents: dataset.examples.length,
  })
  using limit = evaluationLimit(host.settingsOf(environment))
  const signal = AbortSignal.any([stopped, watch.signal, limit.signal])
  const documents = await loadExampleDocuments(dataset.examples, flow.documents, { signal })
  const loaded = agentsThatRun(flow.agents)
  const { repeats, walls } = await runVersion(documents, {
    host,
    version,
    flow,
    loaded,
    environment,
    evaluation,
    through,
    repeats: evaluation.repeats ?? 1,
    concurrency: documentsAtOnce(loaded, flow),
    signal,
    onDocument: watch.step,
  })
  await host.store.evaluations.setWalls(evaluation.id, walls)
  refuseHalfARun(repeats, flow)
  refuseNothing(repeats)
  const identity = identityOf(host, { version, flow, loaded, isChosen: agents !== null })
  const account = flow.models.account().total
  const { documents: counted, details } = await evaluateInThread({
    documents: truthsOf(dataset, documents),
    repeats,
    types: identity.types,
    details: bench.keepsDetails ? { account } : undefined,
    signal,
  })
  const { policyHash } = host
  return { run: runOfCounts(counted, { ...identity, dataset, policyHash }), details }
}

type Measured = Pick<VersionRun, 'version' | 'flow' | 'loaded'> & {
  /** Whether only some of its agents were run. */
  isChosen: boolean
}

function identityOf(
  { version: engine }: Pick<EvaluationHost, 'version'>,
  { version, flow, loaded, isChosen }: Measured,
) {
  return flowIdentity({
    flow: version.name,
    loaded,
    models: flow.models,
    paragraphsPerChunk: version.manifest.paragraphsPerChunk,
    engine,
    code: codeIn(version.manifest),
    chosen: isChosen,
  })
}

type VersionRun = RepeatOptions & {
  host: EvaluationHost
  version: OpenedVersion
  flow: Flow
  loaded: LoadedAgent[]
  environment: EnvironmentName | null
  evaluation: CodeRun['evaluation']
  through: Through
}

/** Agents are data and run here; code runs where it reaches nothing. */
async function runVersion(
  documents: ReadonlyMap<string, ReviewDocument>,
  { host, version, flow, loaded, environment, evaluation, through, ...options }: VersionRun,
): Promise<ApartRuns> {
  const { code, paragraphsPerChunk } = version.manifest
  const { runCode } = benchOf(host)
  const onUnexpectedError = host.report
  if (code !== undefined && runCode !== undefined) {
    const { repeats, signal } = options
    const found = await runCode({ version: version.hash, documents, repeats, evaluation, signal })
    signal.throwIfAborted()
    return found
  }
  if (code !== undefined) {
    const isolation = await wallsForCode(host, environment)
    const apart = { ...options, version, flow, isolation, onUnexpectedError }
    return { repeats: await evaluateApart(documents, apart), walls: wallsOf(isolation) }
  }
  const { rules, models } = flow
  const asked = { rules, models: through(models) }
  const own = { agents: loaded, ...asked, paragraphsPerChunk, onUnexpectedError }
  const repeats = await evaluateFlow(documents, { ...options, ...own })
  return { repeats, walls: await wallsHere(host) }
}

/** Of what this process runs itself: the system does not keep it apart from the server. */
async function wallsHere({ isolation }: Pick<EvaluationHost, 'isolation'>): Promise<Walls> {
  try {
    const { boundary } = await isolation()
    return { isolation: 'process', boundary }
  } catch (error) {
    if (error instanceof UserFacingError) return { isolation: 'process', boundary: 'none' }
    throw error
  }
}

function evaluationLimit(settings: EnvironmentSettings | null) {
  const minutes = settings?.limits.evaluationMinutes ?? null
  return timeLimit(minutes === null ? null : minutes * minute, () => {
    const sentence = `The evaluation ran longer than ${minutes} min, which its environment allows. Answers of models are kept: start it again, with fewer repeats or agents, or raise limits.evaluationMinutes in the server's configuration.`
    return new UserFacingError('evaluation-too-long', sentence)
  })
}

type Watched = {
  evaluation: StoredEvaluation
  environment: EnvironmentName | null
  flow: Flow
  documents: number
  /** What may be spent. */
  look: () => Promise<unknown>
}

/** Tells that it runs, then how far it is and what it spends, and hears when it is to end. */
async function watchEvaluation(
  host: EvaluationHost,
  { evaluation, environment, flow, look, documents }: Watched,
) {
  const { id, requester, repeats } = evaluation
  const controller = new AbortController()
  const all = documents * (repeats ?? 1)
  const spender = { person: requester, environment }
  const meter = host.budgets.meter(spender, () => flow.models.account().byAlias)
  let done = 0
  async function tell(): Promise<void> {
    const goesOn = await host.store.evaluations.progress(id, { done, all })
    if (!goesOn) controller.abort(new EvaluationEnded())
    await meter.note()
    // Others of the same person or team spend at the same time. What is under way is still kept.
    if (flow.models.account().total.requests > 0) await look().catch(refuse)
  }
  function refuse(error: unknown): void {
    if (!(error instanceof UserFacingError)) throw error
    flow.models.refuse(error)
  }
  const tellOrEnd = (): Promise<void> => tell().catch((error: unknown) => controller.abort(error))
  // Before a model is asked: what is told to be queued costs nothing yet.
  await tellOrEnd()
  let telling = Promise.resolve()
  const timer = setInterval(() => {
    telling = telling.then(tellOrEnd)
  }, tellEvery)
  return {
    signal: controller.signal,
    step: () => void (done += 1),
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await telling
      await meter.end()
    },
  }
}
