import type { LoadedAgent } from '../agent/agent.ts'
import { documentsAtOnce, evaluateFlow } from '../evaluation/evaluate-flow.ts'
import type { EvaluationHost } from '../evaluation/evaluation-host.ts'
import type { Repeat, RunIdentity } from '../evaluation/evaluate-outputs.ts'
import { agentsThatRun, flowIdentity } from '../evaluation/flow-identity.ts'
import type { Flow } from '../flow/open-flow.ts'
import { UserFacingError } from '../lib/errors.ts'
import { keptAnswers } from '../model/kept-answers.ts'
import type { EnvironmentName } from '../schema/environment.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { Walls } from '../schema/gate-settings.ts'
import { gatePayer } from './gate-host.ts'

export type VersionIdentity = Pick<RunIdentity, 'subject' | 'subjectHash' | 'types'>

type VersionRun = {
  /** Hash of a version that the library keeps. */
  version: string
  documents: ReadonlyMap<string, ReviewDocument>
  /** Number of the first run over each document: what was asked under it before is not asked again. */
  firstRepeat: number
  repeats: number
  /** Answers of models are kept for runs with the same word alone. */
  apart: string
  signal: AbortSignal
}

/** Runs versions of a flow over hidden documents; nothing but what they found comes back. */
export type VersionRunner = {
  /** What keeps a run apart here, as it was found by trying. */
  walls(): Promise<Walls>
  /** What decides what the version finds. @throws UserFacingError gate-agent-skipped, no-agent-runs */
  identify(version: string): Promise<VersionIdentity>
  run(wanted: VersionRun): Promise<Repeat[]>
}

/** In milliseconds. */
const noteEvery = 2000
const partsPerAgent = 4

/** In this process: for flows without code, whose agents are interpreted by Proofloop. */
export function runHere(
  host: Pick<EvaluationHost, 'flows' | 'budgets' | 'report' | 'version'> & {
    store: Pick<EvaluationHost['store'], 'answers'>
  },
): VersionRunner {
  return {
    walls: async () => ({ isolation: 'process', boundary: 'none' }),
    async identify(version) {
      const { name, manifest } = await host.flows.get(version)
      await using flow = await host.flows.open(version)
      return flowIdentity({
        flow: name,
        loaded: allAgents(flow),
        models: flow.models,
        paragraphsPerChunk: manifest.paragraphsPerChunk,
        engine: host.version,
        chosen: false,
      })
    },
    async run({ version, documents, firstRepeat, repeats, apart, signal }) {
      const { manifest } = await host.flows.get(version)
      const prices = await host.flows.prices(version)
      const environment = await host.flows.environmentOf(version)
      const budget = await host.budgets.limitsFor(gatePayer, prices, environment)
      await using answers = keptAnswers(host.store, apart)
      await using flow = await host.flows.open(version, { answers, budget })
      await using _meter = meterOf(host, { flow, environment })
      const loaded = allAgents(flow)
      return await evaluateFlow(documents, {
        agents: loaded,
        rules: flow.rules,
        models: flow.models,
        firstRepeat,
        repeats,
        concurrency: Math.max(partsPerAgent, documentsAtOnce(loaded, flow)),
        paragraphsPerChunk: manifest.paragraphsPerChunk,
        signal,
        onUnexpectedError: host.report,
      })
    },
  }
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

type Metered = { flow: Flow; environment: EnvironmentName | null }

function meterOf(
  { budgets, report }: Pick<EvaluationHost, 'budgets' | 'report'>,
  { flow, environment }: Metered,
) {
  const meter = budgets.meter(
    { person: gatePayer, environment },
    () => flow.models.account().byAlias,
  )
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
