import { type Agent, asksModels, judgesOf } from '../agent/agent.ts'
import type { Dataset } from '../dataset/read-dataset.ts'
import { documentsAtOnce, evaluateFlow } from '../evaluation/evaluate-flow.ts'
import {
  agentsThatRun,
  flowIdentity,
  refuseHalfARun,
  refuseNothing,
} from '../evaluation/flow-identity.ts'
import type { Flow } from '../flow/open-flow.ts'
import { stackOf } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import { createDryRun } from '../model/dry-run.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { EvaluateOptions, Measured } from './commands/evaluate.ts'
import { printDryRun } from './dry-run-report.ts'
import type { Io } from './io.ts'
import { createProgress } from './progress.ts'
import { traceEvaluation } from './tracing/trace-evaluation.ts'
import { createTracing } from './tracing/tracing.ts'
import { version } from './version.ts'

type FlowTask = {
  options: EvaluateOptions
  dataset: Dataset
  documents: ReadonlyMap<string, ReviewDocument>
  flow: Flow
  io: Io
}

const defaultRepeats = 3

/** Runs a flow over a dataset. */
export async function measureFlow(task: FlowTask): Promise<Measured> {
  const { options, documents, flow, io } = task
  warnOfSkipped(flow.agents, io)
  const loaded = agentsThatRun(flow.agents)
  const repeats = options.repeats ?? defaultRepeats
  const identity = flowIdentity({
    ...options,
    flow: options.flow ?? '',
    loaded,
    models: flow.models,
    engine: version(),
    code: flow.code ? { ...flow.code, aliases: Object.keys(flow.config.models) } : undefined,
    chosen: options.agents !== undefined,
  })
  await using tracing = await createTracing(options, io)
  const progress = createProgress(io, {
    total: documents.size * repeats,
    unit: 'documents',
    ...(loaded.some(asksModels) && {
      account: () => flow.models.account().total,
    }),
  })
  const outputs = await evaluateFlow(documents, {
    code: flow.code,
    agents: loaded,
    rules: flow.rules,
    models: flow.models,
    repeats,
    concurrency: options.concurrency ?? documentsAtOnce(loaded, flow),
    paragraphsPerChunk: options.paragraphsPerChunk,
    trace: traceEvaluation(tracing.root, {
      ...task,
      flow: flow.directory,
      types: identity.types,
    }),
    signal: io.signal,
    onDocument: (id) => progress.step(printable(id)),
    onUnexpectedError: (error) => io.stderr.write(`${stackOf(error)}\n`),
  }).finally(() => progress.end())
  refuseHalfARun(outputs, flow)
  refuseNothing(outputs)
  const account = flow.models.account().total
  return { repeats: outputs, identity, ...(account.requests + account.cached > 0 && { account }) }
}

/** Finds out what the agents would ask over all documents and repeats, and prints it. */
export async function dryRunOfFlow({ options, documents, flow, io }: FlowTask): Promise<number> {
  warnOfSkipped(flow.agents, io)
  const agents = agentsThatRun(flow.agents).filter(asksModels)
  const { models, asked } = createDryRun(flow.models, judgesOf(agents))
  await evaluateFlow(documents, {
    code: flow.code,
    agents,
    rules: flow.rules,
    models,
    repeats: options.repeats ?? defaultRepeats,
    concurrency: options.concurrency ?? documentsAtOnce(agents, flow),
    paragraphsPerChunk: options.paragraphsPerChunk,
    signal: io.signal,
  })
  printDryRun(asked(), flow, { ...io, json: options.json ?? false })
  return 0
}

function warnOfSkipped(agents: Agent[], io: Io): void {
  for (const agent of agents) {
    if (agent.status === 'loaded') continue
    io.stderr.write(`Warning: ${agent.name} is skipped: ${printable(agent.reason)}.\n`)
  }
}
