import PQueue from 'p-queue'
import type { Agent } from '../agent/load-agents.ts'
import type { RuleEngines } from '../agent/rule-engines.ts'
import { reviewDocument } from '../flow/review-document.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { Review } from '../schema/review.ts'
import type { Repeat, RunOutput } from './evaluate-outputs.ts'

export type FlowRunOptions = {
  agents: Agent[]
  rules: RuleEngines
  /** Runs over the dataset. */
  repeats: number
  /** Documents reviewed at once. */
  concurrency: number
  paragraphsPerChunk: number
  signal: AbortSignal
  /** After each document of each run. */
  onDocument?: (id: string) => void
  /** Errors that are bugs; their text must not get into a result. */
  onUnexpectedError?: (error: unknown) => void
}

const requestsPerDocument = 4

/**
 * Runs a flow over the documents of a dataset, as often as there are repeats.
 * @returns one map of outputs a repeat; throws when the signal aborts, since half a run is no run
 */
export async function evaluateFlow(
  documents: ReadonlyMap<string, ReviewDocument>,
  options: FlowRunOptions,
): Promise<Repeat[]> {
  const queue = new PQueue({ concurrency: options.concurrency })
  const runs = Array.from({ length: options.repeats }, async (): Promise<Repeat> => {
    const outputs = [...documents].map(async ([id, document]) => {
      const output = await queue.add(() => runOnce(id, document, options))
      options.onDocument?.(id)
      return [id, output] as const
    })
    return new Map(await Promise.all(outputs))
  })
  const repeats = await Promise.all(runs)
  options.signal.throwIfAborted()
  return repeats
}

async function runOnce(
  id: string,
  document: ReviewDocument,
  options: FlowRunOptions,
): Promise<RunOutput> {
  const { agents, rules, paragraphsPerChunk, signal, onUnexpectedError } = options
  signal.throwIfAborted()
  const review = await reviewDocument(document, {
    file: id,
    agents,
    rules,
    paragraphsPerChunk,
    concurrency: requestsPerDocument,
    signal,
    onUnexpectedError,
  })
  return completeOutput(review)
}

/** What an agent found before it failed is left out: on this document it has found nothing. */
function completeOutput({ issues, agents }: Review): RunOutput {
  const failed = Object.entries(agents).filter(
    ([, { status }]) => status === 'failed' || status === 'partial',
  )
  const names = new Set(failed.map(([name]) => name))
  const reasons = failed.map(([name, { reason }]) => `${name}: ${reason}`)
  return {
    issues: issues.filter(({ agent }) => !names.has(agent)),
    error: reasons.length > 0 ? reasons.join('; ') : null,
  }
}
