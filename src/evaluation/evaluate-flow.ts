import PQueue from 'p-queue'
import { type Agent, type LoadedAgent, modelsOf } from '../agent/agent.ts'
import type { AgentHost } from '../agent/run-agent.ts'
import { hasFailed } from '../flow/has-failed.ts'
import { type RunOptions, runFlow } from '../flow/run-flow.ts'
import { inSpan, noSpan, type Span } from '../lib/span.ts'
import type { ProofloopConfig } from '../schema/proofloop-config.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { Review } from '../schema/review.ts'
import type { Repeat, RunOutput } from './evaluate-outputs.ts'

export type RepeatOptions = {
  /** Runs over the dataset. */
  repeats: number
  /** Documents reviewed at once. */
  concurrency: number
  signal: AbortSignal
  /** After each document of each run. */
  onDocument?: (id: string) => void
}

export type FlowRunOptions = RepeatOptions &
  Pick<AgentHost, 'rules' | 'models'> &
  Pick<RunOptions, 'code'> & {
    agents: Agent[]
    paragraphsPerChunk: number
    /** Spans of the runs, one a document and repeat (from 0); what was found is scored on them. */
    trace?: {
      start(repeat: number): Span
      score(span: Span, id: string, output: RunOutput): void
    }
    /** Errors that are bugs; their text must not get into a result. */
    onUnexpectedError?: (error: unknown) => void
  }

/**
 * So many that nothing but its own limits keeps a model idle: beside the documents whose requests are
 * under way, some whose answers are kept or scored in the meantime. Code may ask any model of its flow.
 */
export function documentsAtOnce(
  agents: readonly LoadedAgent[],
  { config, asksAll }: { config: ProofloopConfig; asksAll: boolean },
): number {
  const aliases = asksAll ? Object.keys(config.models) : agents.flatMap(modelsOf)
  const limits = aliases.map((alias) => config.models[alias]?.limits.concurrency ?? 0)
  return Math.max(0, ...limits) + 8
}

/** Of one document, under way at once. */
const partsPerAgent = 4

/**
 * Runs a flow over the documents of a dataset, as often as there are repeats.
 * @returns one map of outputs a repeat; throws when the signal aborts, since half a run is no run
 */
export async function evaluateFlow(
  documents: ReadonlyMap<string, ReviewDocument>,
  options: FlowRunOptions,
): Promise<Repeat[]> {
  return runRepeats(documents, options, (run) => runOnce(run, options))
}

/** The same, whatever it is that runs over a document. */
export async function runRepeats(
  documents: ReadonlyMap<string, ReviewDocument>,
  options: RepeatOptions,
  runOver: (run: Run) => Promise<RunOutput>,
): Promise<Repeat[]> {
  const queue = new PQueue({ concurrency: options.concurrency })
  const runs = Array.from({ length: options.repeats }, async (_, repeat): Promise<Repeat> => {
    const outputs = [...documents].map(async ([id, document], index) => {
      const order = repeat * documents.size + index
      const output = await queue.add(() => runOver({ id, document, repeat, order }))
      options.onDocument?.(id)
      return [id, output] as const
    })
    return new Map(await Promise.all(outputs))
  })
  const repeats = await Promise.all(runs)
  options.signal.throwIfAborted()
  return repeats
}

type Run = { id: string; document: ReviewDocument; repeat: number; order: number }

async function runOnce(
  { id, document, repeat, order }: Run,
  options: FlowRunOptions,
): Promise<RunOutput> {
  const { trace, signal } = options
  signal.throwIfAborted()
  return inSpan(trace?.start(repeat) ?? noSpan, async (span) => {
    const review = await runFlow(document, {
      ...options,
      file: id,
      repeat,
      order,
      concurrency: partsPerAgent,
      span,
    })
    const output = completeOutput(review)
    // What is interrupted is not judged: it would count as missed.
    if (!signal.aborted) trace?.score(span, id, output)
    return output
  })
}

/** What an agent found before it failed is left out: on this document it has found nothing. */
function completeOutput({ issues, agents }: Review): RunOutput {
  const failed = Object.entries(agents).filter(([, { status }]) => hasFailed(status))
  const names = new Set(failed.map(([name]) => name))
  const reasons = failed.map(([name, { reason }]) => `${name}: ${reason}`)
  return {
    issues: issues.filter(({ agent }) => !names.has(agent)),
    error: reasons.length > 0 ? reasons.join('; ') : null,
  }
}
