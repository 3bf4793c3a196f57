import path from 'node:path'
import type { Agent, LoadedAgent } from '../../agent/agent.ts'
import { loadAgents } from '../../agent/load-agents.ts'
import { createRuleEngines } from '../../agent/rule-engines.ts'
import { contentHash } from '../../lib/content-hash.ts'
import { loadExampleDocuments } from '../../dataset/example-document.ts'
import { type Dataset, readDataset } from '../../dataset/read-dataset.ts'
import { type RecordedOutputs, readOutputs } from '../../dataset/read-outputs.ts'
import { createDocumentReader } from '../../document/document-reader.ts'
import { evaluateFlow } from '../../evaluation/evaluate-flow.ts'
import type { Repeat, RunIdentity } from '../../evaluation/evaluate-outputs.ts'
import { findFlow } from '../../flow/find-flow.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import type { ReviewDocument } from '../../schema/document.ts'
import type { Io } from '../io.ts'
import { traceEvaluation } from '../tracing/trace-evaluation.ts'
import type { TraceOptions } from '../tracing/trace-settings.ts'
import { createTracing } from '../tracing/tracing.ts'
import { reportEvaluation } from '../report-evaluation.ts'
import { createOcrProgress } from '../ocr-progress.ts'
import { createProgress } from '../progress.ts'
import { version } from '../version.ts'

export type EvaluateOptions = TraceOptions & {
  dataset: string
  outputs?: string[]
  flow?: string
  agents?: string[]
  repeats?: number
  concurrency: number
  paragraphsPerChunk: number
  examples?: boolean
  json?: boolean
  save?: string
  report?: string
  ocr?: boolean
}

type Documents = Map<string, ReviewDocument>

/** What was measured, and by which identity. */
export type Measured = {
  repeats: Repeat[]
  identity: Pick<RunIdentity, 'subject' | 'subjectHash' | 'types'>
}

/**
 * Measures recorded outputs or a flow against a dataset and prints how good each agent is.
 * @returns 0; what goes wrong is thrown
 */
export async function evaluate(options: EvaluateOptions, io: Io): Promise<number> {
  refuseContradictions(options)
  const dataset = await readDataset(options.dataset, io.cwd)
  if (options.outputs !== undefined) refuseUnknownTypes(options.agents ?? [], dataset)
  const documents = await loadDocuments(dataset, options, io)
  const measured = options.outputs
    ? await measureOutputs(options.outputs, { options, documents, io })
    : await measureFlow({ options, dataset, documents, io })
  await reportEvaluation(measured, { dataset, documents, options, io })
  return 0
}

async function loadDocuments(
  { examples }: Dataset,
  { ocr }: EvaluateOptions,
  io: Io,
): Promise<Documents> {
  await using reader = createDocumentReader({ ocr })
  const progress = createOcrProgress(io)
  return await loadExampleDocuments(examples, reader, {
    signal: io.signal,
    onOcr: progress.tell,
  }).finally(() => progress.end())
}

function refuseContradictions({ outputs, flow, repeats, trace }: EvaluateOptions): void {
  const refuse = (message: string): never => {
    throw new UserFacingError('options-contradict', message)
  }
  if ((outputs === undefined) === (flow === undefined)) {
    refuse('Give either --outputs FILE or --flow DIR: what is to be measured?')
  }
  if (outputs !== undefined && repeats !== undefined) {
    refuse('--repeats is for --flow; with recorded outputs, give --outputs once for each run.')
  }
  if (outputs !== undefined && trace !== undefined) {
    refuse('--trace is for --flow; with recorded outputs nothing runs that could be traced.')
  }
}

/** A flow refuses agents that it does not have; recorded outputs have only types. */
function refuseUnknownTypes(wanted: string[], { examples }: Dataset): void {
  const types = new Set(examples.flatMap(({ issues }) => issues.map(({ type }) => type)))
  const unknown = wanted.find((type) => !types.has(type))
  if (unknown === undefined) return
  const known = [...types].toSorted().join(', ')
  throw new UserFacingError(
    'unknown-agent',
    printable(`No issue of the dataset has the type ${unknown}. Its types are: ${known}.`),
  )
}

type Task = { options: EvaluateOptions; documents: Documents; io: Io }
type FlowTask = Task & { dataset: Dataset }

async function measureOutputs(
  files: string[],
  { options, documents, io }: Task,
): Promise<Measured> {
  const paragraphs = [...documents].map(([id, document]) => {
    return [id, document.paragraphs.map(({ text }) => text)] as const
  })
  const source = { cwd: io.cwd, documents: new Map(paragraphs) }
  const runs: RecordedOutputs[] = []
  for (const name of files) runs.push(await readOutputs({ ...source, name }))
  return {
    repeats: runs.map(({ byDocument }) => byDocument),
    identity: {
      subject: { kind: 'outputs', files },
      subjectHash: contentHash(runs.map(({ hash }) => hash).toSorted()),
      types: options.agents ?? null,
    },
  }
}

async function measureFlow(task: FlowTask): Promise<Measured> {
  const { options, documents, io } = task
  const flow = findFlow(options.flow, io.cwd)
  const agents = await loadAgents(path.join(flow, 'agents'), options.agents)
  const loaded = agents.filter((agent) => agent.status === 'loaded')
  warnOfSkipped(agents, io)
  if (loaded.length === 0) {
    throw new UserFacingError('no-agent-runs', 'No agent of the flow can run, see above.')
  }
  const repeats = options.repeats ?? 3
  const identity = flowIdentity(loaded, options)
  await using tracing = await createTracing(options, io)
  await using rules = createRuleEngines()
  const progress = createProgress(io, { total: documents.size * repeats, unit: 'documents' })
  const outputs = await evaluateFlow(documents, {
    agents: loaded,
    rules,
    repeats,
    concurrency: options.concurrency,
    paragraphsPerChunk: options.paragraphsPerChunk,
    trace: traceEvaluation(tracing.root, { ...task, flow, types: identity.types }),
    signal: io.signal,
    onDocument: (id) => progress.step(printable(id)),
    onUnexpectedError: (error) => io.stderr.write(`${stackOf(error)}\n`),
  }).finally(() => progress.end())
  return { repeats: outputs, identity }
}

function flowIdentity(loaded: LoadedAgent[], options: EvaluateOptions): Measured['identity'] {
  const agents = loaded.map(({ name, type, hash }) => ({ name, type, hash }))
  const { paragraphsPerChunk, ocr } = options
  return {
    subject: { kind: 'flow', flow: options.flow ?? '', agents },
    subjectHash: contentHash({
      agents,
      paragraphsPerChunk,
      engine: version(),
      ...(ocr && { ocr }),
    }),
    types: options.agents === undefined ? null : loaded.map(({ type }) => type),
  }
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
