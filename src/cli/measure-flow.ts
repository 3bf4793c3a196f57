import { type Agent, judgesOf, type LoadedAgent, modelsOf } from '../agent/agent.ts'
import type { Dataset } from '../dataset/read-dataset.ts'
import { evaluateFlow } from '../evaluation/evaluate-flow.ts'
import type { Repeat } from '../evaluation/evaluate-outputs.ts'
import type { Flow } from '../flow/open-flow.ts'
import { contentHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
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
  const loaded = agentsThatRun(flow.agents, io)
  const repeats = options.repeats ?? defaultRepeats
  const identity = flowIdentity(loaded, task)
  await using tracing = await createTracing(options, io)
  const progress = createProgress(io, {
    total: documents.size * repeats,
    unit: 'documents',
    ...(loaded.some(({ engine }) => engine === 'llm') && {
      account: () => flow.models.account().total,
    }),
  })
  const outputs = await evaluateFlow(documents, {
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
  const account = flow.models.account().total
  return { repeats: outputs, identity, ...(account.requests + account.cached > 0 && { account }) }
}

/**
 * So many that nothing but its own limits keeps a model idle: beside the documents whose requests are
 * under way, some whose answers are kept or scored in the meantime.
 */
function documentsAtOnce(agents: LoadedAgent[], { config }: Flow): number {
  const aliases = agents.flatMap(modelsOf)
  const limits = aliases.map((alias) => config.models[alias]?.limits.concurrency ?? 0)
  return Math.max(0, ...limits) + 8
}

/** When the budget is spent, what is left counts as not run, never as missed. */
function refuseHalfARun(outputs: Repeat[], { models }: Flow): void {
  const refusal = models.refusal()
  if (refusal === null) return
  const undone = outputs.flatMap((repeat) => [...repeat].filter(([, { error }]) => error !== null))
  if (undone.length === 0) return
  const all = outputs.reduce((sum, repeat) => sum + repeat.size, 0)
  const named = [...new Set(undone.map(([id]) => id))]
  const more = named.length > 10 ? ` and ${named.length - 10} more` : ''
  throw new UserFacingError(
    refusal.code,
    printable(
      `${refusal.message} ${all - undone.length} of ${all} runs over a document are done, and their answers are kept; the same command with a higher limit goes on from there. Not done: ${named.slice(0, 10).join(', ')}${more}.`,
    ),
    { cause: refusal },
  )
}

/** Finds out what the agents would ask over all documents and repeats, and prints it. */
export async function dryRunOfFlow({ options, documents, flow, io }: FlowTask): Promise<number> {
  const agents = agentsThatRun(flow.agents, io).filter(({ engine }) => engine === 'llm')
  const { models, asked } = createDryRun(flow.models, judgesOf(agents))
  await evaluateFlow(documents, {
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

function flowIdentity(loaded: LoadedAgent[], task: FlowTask): Measured['identity'] {
  const { options, flow } = task
  const agents = loaded.map(({ name, type, hash }) => ({ name, type, hash }))
  const aliases = new Set(loaded.flatMap(modelsOf))
  const models = [...aliases].toSorted().map((alias) => [alias, flow.models.settings(alias)])
  const { paragraphsPerChunk, ocr } = options
  return {
    subject: { kind: 'flow', flow: options.flow ?? '', agents },
    subjectHash: contentHash({
      agents,
      models,
      paragraphsPerChunk,
      engine: version(),
      ...(ocr && { ocr }),
    }),
    types: options.agents === undefined ? null : loaded.map(({ type }) => type),
  }
}

function agentsThatRun(agents: Agent[], io: Io): LoadedAgent[] {
  warnOfSkipped(agents, io)
  const loaded = agents.filter((agent) => agent.status === 'loaded')
  if (loaded.length > 0) return loaded
  throw new UserFacingError('no-agent-runs', 'No agent of the flow can run, see above.')
}

function warnOfSkipped(agents: Agent[], io: Io): void {
  for (const agent of agents) {
    if (agent.status === 'loaded') continue
    io.stderr.write(`Warning: ${agent.name} is skipped: ${printable(agent.reason)}.\n`)
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
