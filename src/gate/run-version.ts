import PQueue from 'p-queue'
import type { LoadedAgent } from '../agent/agent.ts'
import { documentsAtOnce } from '../evaluation/evaluate-flow.ts'
import type { EvaluationHost } from '../evaluation/evaluation-host.ts'
import type { Repeat, RunIdentity, RunOutput } from '../evaluation/evaluate-outputs.ts'
import { agentsThatRun, codeIn, flowIdentity } from '../evaluation/flow-identity.ts'
import { hasFailed } from '../flow/has-failed.ts'
import type { Isolation } from '../flow/isolate/isolation.ts'
import {
  type IsolatedFlow,
  type IsolatedServices,
  openBehind,
} from '../flow/isolate/open-isolated-flow.ts'
import { type Flow, pricesAsked } from '../flow/open-flow.ts'
import { UserFacingError } from '../lib/errors.ts'
import { keptAnswers } from '../model/kept-answers.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { EnvironmentName } from '../schema/environment.ts'
import type { FlowManifest } from '../schema/flow-manifest.ts'
import { gatePayer } from './gate-host.ts'
import type { Store } from '../store/store.ts'
import { isHostFault, isReferenceFault } from './host-faults.ts'
import { type CallRecorder, recordedRun } from './record-calls.ts'
import { type GateWalls, refuseThinWalls } from './refuse-thin-walls.ts'

export type VersionIdentity = Pick<RunIdentity, 'subject' | 'subjectHash' | 'types'>

type VersionRun = {
  /** Hash of a version that the library keeps. */
  version: string
  documents: ReadonlyMap<string, ReviewDocument>
  /** Number of the first run over each document: what was asked under it before is not asked again. */
  firstRepeat: number
  repeats: number
  /** Under what its calls of models are recorded for custodians. */
  recorded: { measure: string; dataset: string }
  /** Answers of models are kept for runs with the same word alone. */
  apart: string
  /** It is opened behind these, if they are enough, and behind no others. */
  behind: GateWalls
  /** Told when its turn has come and its process is there, just before that is shown a document. */
  begins?: () => Promise<void>
  signal: AbortSignal
}

/** Runs versions of a flow over hidden documents; nothing but what they found comes back. */
export type VersionRunner = {
  /** What keeps a run apart here, as it was found by trying. @throws UserFacingError isolation-failed */
  isolation(): Promise<Isolation>
  /** What decides what the version finds. @throws UserFacingError gate-agent-skipped, no-agent-runs */
  identify(version: string): Promise<VersionIdentity>
  /** @throws UserFacingError gate-walls, isolation-failed, gate-worker-busy */
  run(wanted: VersionRun): Promise<Repeat[]>
}

/** Code runs apart, and what it asks is no one else's wait. */
const over = { withoutCode: true, hidden: true } as const

/** In milliseconds. */
const noteEvery = 2000

type Host = Pick<EvaluationHost, 'flows' | 'budgets' | 'report' | 'version' | 'isolation'> & {
  store: Pick<EvaluationHost['store'], 'answers'> & Pick<Store, 'gateCalls'>
}

/** In a process of its own for each run. */
export function runApart(host: Host): VersionRunner {
  const { flows, isolation } = host
  return {
    isolation,
    async identify(version) {
      const { name, manifest } = await flows.get(version)
      await using flow = await flows.open(version, over)
      return flowIdentity({
        flow: name,
        loaded: allAgents(flow),
        models: flow.models,
        paragraphsPerChunk: manifest.paragraphsPerChunk,
        engine: host.version,
        code: codeIn(manifest),
        chosen: false,
      })
    },
    run({ recorded, ...wanted }) {
      const { documents, firstRepeat } = wanted
      const asked = { ...recorded, examples: [...documents.keys()], firstRepeat }
      return recordedRun(host.store, asked, (recorder) =>
        runRecorded(host, { ...wanted, recorder }),
      )
    },
  }
}

async function runRecorded(
  host: Host,
  {
    recorder,
    begins,
    behind,
    ...wanted
  }: Omit<VersionRun, 'recorded'> & { recorder: CallRecorder },
): Promise<Repeat[]> {
  refuseThinWalls(behind)
  const { flows } = host
  const { version, apart } = wanted
  const { manifest } = await flows.get(version)
  const environment = await flows.environmentOf(version)
  const budget = await budgetOf(host, { version, environment })
  await using answers = keptAnswers(host.store, apart)
  await using flow = await flows.open(version, { ...over, answers, budget })
  await using _meter = meterOf(host, { flow, environment })
  const services = { models: recorder.through(flow.models), rules: flow.rules }
  const opening = { manifest, version, services, signal: wanted.signal }
  await using isolated = await openOrNull(behind.isolation, opening)
  // Its time may be over by the time that its turn comes.
  wanted.signal.throwIfAborted()
  await begins?.()
  const concurrency = documentsAtOnce(allAgents(flow), flow)
  try {
    return await runAll(isolated, { ...wanted, concurrency, recorder })
  } finally {
    recorder.close()
  }
}

async function budgetOf(
  { flows, budgets }: Host,
  { version, environment }: { version: string; environment: EnvironmentName | null },
) {
  await using flow = await flows.open(version, over)
  return await budgets.limitsFor(gatePayer, pricesAsked(flow), environment)
}

/** An agent that this server cannot run is no fault of the version, and without it it is another one. */
function allAgents({ agents }: Flow): LoadedAgent[] {
  const skipped = agents.find(({ status }) => status === 'skipped')
  if (skipped === undefined) return agentsThatRun(agents)
  throw new UserFacingError(
    'gate-agent-skipped',
    `The agent ${skipped.name} cannot run on this server: ${'reason' in skipped ? skipped.reason : ''}.`,
  )
}

type Opening = {
  manifest: FlowManifest
  version: string
  services: IsolatedServices
  signal: AbortSignal
}

/** Null when the flow does not even start, which is its own fault. */
async function openOrNull(
  isolation: Isolation,
  { manifest: bundle, version: hash, services, signal }: Opening,
): Promise<IsolatedFlow | null> {
  try {
    return await openBehind(isolation, { bundle, hash, services, signal })
  } catch (error) {
    if (error instanceof UserFacingError && error.code === 'flow-not-started') return null
    throw error
  }
}

async function runAll(
  isolated: IsolatedFlow | null,
  {
    documents,
    firstRepeat,
    repeats,
    concurrency,
    recorder,
    signal,
  }: Omit<VersionRun, 'recorded' | 'begins' | 'behind'> & {
    concurrency: number
    recorder: CallRecorder
  },
): Promise<Repeat[]> {
  const queue = new PQueue({ concurrency })
  const all = Array.from({ length: repeats }, async (_, number): Promise<Repeat> => {
    const outputs = [...documents].map(async ([id, document], index) => {
      const order = number * documents.size + index
      const options = { repeat: firstRepeat + number, order, signal }
      const run = await queue.add(async () => (await isolated?.run(document, options)) ?? null)
      recorder.ended(order)
      return [id, outputOf(run)] as const
    })
    return new Map(await Promise.all(outputs))
  })
  return Promise.all(all)
}

type IsolatedRun = Awaited<ReturnType<IsolatedFlow['run']>>

/** What an agent found before it failed is left out already. */
function outputOf(run: IsolatedRun | null): RunOutput {
  if (run === null)
    return { issues: [], ...faultsIn(['flow-not-started']), error: 'flow-not-started' }
  const { issues, agents, failure, refusals } = run
  const failed = Object.entries(agents).filter(([, status]) => hasFailed(status))
  const error = failure ?? (failed.length > 0 ? failed.map(([name]) => name).join(', ') : null)
  return { issues, error, ...faultsIn(refusals) }
}

function faultsIn(codes: readonly string[]): Pick<RunOutput, 'hostFault' | 'referenceFault'> {
  return { hostFault: codes.some(isHostFault), referenceFault: codes.some(isReferenceFault) }
}

type Metered = { flow: Flow; environment: EnvironmentName | null }

function meterOf(
  { budgets, report }: Pick<EvaluationHost, 'budgets' | 'report'>,
  { flow, environment }: Metered,
) {
  const spender = { person: gatePayer, environment }
  const meter = budgets.meter(spender, () => flow.models.account().byAlias)
  let noting = Promise.resolve()
  const timer = setInterval(() => {
    noting = noting.then(() => meter.note()).catch(report)
  }, noteEvery)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await noting
      await meter.end()
    },
  }
}
