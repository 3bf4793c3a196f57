import type { GrammarFinding } from '../../agent/grammar-filter.ts'
import { orAborted } from '../../lib/or-aborted.ts'
import type { Span } from '../../lib/span.ts'
import { timeOrderedId } from '../../lib/time-ordered-id.ts'
import type { ModelHost } from '../../model/model-host.ts'
import type { ReviewDocument } from '../../schema/document.ts'
import type { FlowOutput } from '../../schema/flow-output.ts'
import type { Issue } from '../../schema/issue.ts'
import { hasFailed } from '../has-failed.ts'
import { servicesOfRun, withoutWords } from '../flow-services.ts'
import { placeInTurns } from '../place-issues.ts'
import { type IsolatedContent, layOutFlow } from './flow-place.ts'
import type { ProcessRun, Ready } from './flow-process.ts'
import { startFlowProcesses } from './flow-processes.ts'
import { startProcess, type StartProcess } from './isolated-process.ts'
import { findIsolation, type Isolation, type IsolationOptions } from './isolation.ts'
import {
  type FlowFailure,
  type FromFlow,
  type IsolationLimits,
  isolationLimits,
} from './protocol.ts'
import { startAtGateWorker, turnAtGateWorker } from './start-at-gate-worker.ts'
import { commandBehind, type Walls } from './walls.ts'

export type IsolatedServices = {
  /** With the connection of whoever may see the documents; only `ask` is used, and nothing is traced. */
  models: Pick<ModelHost, 'ask'>
  rules: { grammar(document: ReviewDocument): Promise<GrammarFinding[]> }
}

export type IsolatedFlowOptions = IsolationOptions & {
  /** A bundle, or the manifest of a version that is kept. */
  bundle: IsolatedContent
  /** Of the bundle: ids of issues are made from it. */
  hash: string
  services: IsolatedServices
  limits?: Partial<IsolationLimits>
  /** What went wrong in a service and is a bug; it may hold text of the document. */
  onUnexpectedError?: (error: unknown) => void
}

type IsolatedRun = {
  /** In document order, placed by the host, without boxes; without those of agents that failed. */
  issues: Issue[]
  /** How its agents fared, as the flow says; empty when it failed. */
  agents: NonNullable<FlowOutput['agents']>
  /** Why the flow has no output: its own fault, so all is missed. Null when it has. */
  failure: FlowFailure | null
  /**
   * Codes of what the services could not do for it, each once; `internal` and those of providers (rate-limited,
   * quota-exhausted, model-unreachable and the like) are faults of the host, whatever the flow made of them.
   */
  refusals: string[]
}

export type IsolatedFlow = Omit<Isolation, 'walls'> & {
  /** Types of issues that it may report; fixed before it sees a document. */
  types: string[]
  /**
   * One document; any number may be under way. Never throws what the flow did.
   * @param options `repeat` tells equal runs apart, from 0; `order` is its number in the whole, from 0: models
   * are asked about earlier ones first
   */
  run(
    document: ReviewDocument,
    options?: { repeat?: number; order?: number; signal?: AbortSignal },
  ): Promise<IsolatedRun>
} & AsyncDisposable

/**
 * Runs a flow where it cannot talk: in a process of its own that has a pipe to this one and nothing else. Its
 * models, its document and its rule engines are services of this process; what comes back is what the matcher
 * needs and classes of errors, nothing that the flow wrote freely but the texts of issues. So keep these, too,
 * from its author.
 *
 *     await using flow = await openIsolatedFlow({
 *       bundle, hash, requester: 'server', dataFolder,
 *       services: { models: custodiansHost, rules },
 *     })
 *     if (flow.isolation !== 'os' || flow.boundary !== 'users') refuse(flow.advice)
 *     const { issues, failure, refusals } = await flow.run(document, { repeat: 0, order: 3 })
 *
 * `refusals` that are faults of the host make a run error; a `failure` is the flow's own. One process serves all
 * documents of a gate run: a flow can carry something from one to the next, and both outputs go to the matcher
 * only. Open it anew for each gate run and each flow. A process that ended takes along all runs in it; each of
 * these is tried once more, alone.
 * @throws UserFacingError isolation-failed, gate-worker-busy; flow-not-started when it cannot be loaded, which is its own fault
 */
export async function openIsolatedFlow(options: IsolatedFlowOptions): Promise<IsolatedFlow> {
  return openBehind(await findIsolation(options), options)
}

type BehindOptions = Omit<IsolatedFlowOptions, keyof IsolationOptions> & {
  /** What the flow's process can say; left out, what the protocol names. */
  messages?: typeof FromFlow
  /** Whether types and names count that the flow did not name before; default false. */
  isAnyName?: boolean
  /** Where its questions to models are traced; left out, nowhere. */
  span?: Span
  /** Ends waiting for a turn at a gate worker. */
  signal?: AbortSignal
}

/** The same behind walls that were found before, or behind other ones: tests take some away. */
export async function openBehind(
  { walls, worker, ...found }: Isolation,
  options: BehindOptions,
): Promise<IsolatedFlow> {
  const { bundle, hash, services, messages, onUnexpectedError, isAnyName = false, span } = options
  const { paragraphsPerChunk, code } = bundle
  const { signal: waiting } = options
  const limits = { ...isolationLimits, ...options.limits }
  const content = { ...bundle, memory: limits.memory }
  const place =
    worker === undefined
      ? await placeHere(walls, content)
      : await placeAtGateWorker(worker, { ...content, signal: waiting })
  const processes = startFlowProcesses(place.start, {
    paragraphsPerChunk,
    code: code !== undefined,
    limits,
    messages,
    isAnyName,
    onUnexpectedError,
  })
  async function dispose(): Promise<void> {
    processes.kill()
    await place[Symbol.asyncDispose]()
  }
  const ready = await processes.ready.catch(async (error: unknown) => {
    await dispose()
    throw error
  })
  return {
    ...found,
    types: ready.types,
    async run(document, { repeat = 0, order, signal } = {}) {
      signal?.throwIfAborted()
      const own = servicesOfRun(services, { document, order, signal, span })
      const request = { document: document.sha256, repeat }
      const done = await orAborted(processes.run(request, own), signal)
      return resultOf(done, { document, ready, hash, isAnyName })
    },
    [Symbol.asyncDispose]: dispose,
  }
}

type FlowPlace = { start: StartProcess } & AsyncDisposable

async function placeHere(
  walls: Walls,
  { memory, ...bundle }: IsolatedContent & { memory: number },
): Promise<FlowPlace> {
  const place = await layOutFlow(bundle, walls.user)
  const run = { node: process.execPath, entry: 'flow-child.mjs', memory }
  const command = commandBehind(walls, { ...place, ...run })
  return {
    start: (handlers) => startProcess(command, handlers),
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  }
}

/** It lays the flow out itself, for each process, and deletes it when that has ended. */
async function placeAtGateWorker(
  worker: string,
  { signal, ...content }: IsolatedContent & { memory: number; signal: AbortSignal | undefined },
): Promise<FlowPlace> {
  const own = await turnAtGateWorker(worker, signal)
  return {
    start: (handlers) => startAtGateWorker(worker, { ...content, turn: own.turn }, handlers),
    async [Symbol.asyncDispose]() {
      own[Symbol.dispose]()
    },
  }
}

type Judged = { document: ReviewDocument; ready: Ready; hash: string; isAnyName: boolean }

async function resultOf(
  { output, failure, refusals }: ProcessRun,
  { document, ready, hash, isAnyName }: Judged,
): Promise<IsolatedRun> {
  if (output === null || !(isAnyName || isKnown(output, ready))) {
    return { issues: [], agents: {}, failure: failure ?? 'flow-output-invalid', refusals }
  }
  // What is found is measured and shown on no page: boxes for thousands of issues would hold everybody up.
  const placing = { document: withoutWords(document), run: timeOrderedId(), flow: ready.flow, hash }
  const issues = await placeInTurns(wholeIssues(output), placing)
  return { issues, agents: output.agents ?? {}, failure: null, refusals }
}

/** A type or a name that it makes up after it has read a document could hold a sentence of it. */
function isKnown({ issues, agents = {} }: FlowOutput, ready: Ready): boolean {
  const names = new Set([...ready.agents, ready.flow])
  const types = new Set(ready.types)
  return (
    issues.every(({ type, agent = ready.flow }) => types.has(type) && names.has(agent)) &&
    Object.keys(agents).every((name) => names.has(name))
  )
}

/** What an agent found before it failed is left out: on this document it has found nothing. */
function wholeIssues({ issues, agents = {} }: FlowOutput): FlowOutput['issues'] {
  const failed = new Set(
    Object.entries(agents)
      .filter(([, status]) => hasFailed(status))
      .map(([name]) => name),
  )
  return issues.filter(({ agent = '' }) => !failed.has(agent))
}
