import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { orAborted } from '../lib/or-aborted.ts'
import { timeLimit } from '../lib/time-limit.ts'
import type { EvaluationRun } from '../schema/evaluation.ts'
import type { EvaluationDetails } from '../schema/evaluation-details.ts'
import type { ModelAccount } from '../schema/model.ts'
import { type EvaluationOptions, inOrder, type RunOutput } from './evaluate-outputs.ts'
import type { MatchableIssue } from './match-issues.ts'
import type { MatchReply, MatchRequest } from './match-worker.ts'

/**
 * In milliseconds, for one document: last of all, far beyond what the bound on its work lets it take. What it stops is no
 * one's fault but ours, so that no verdict depends on how busy a machine is.
 */
const longest = 30 * 60_000
const megabytes = 2048

type Wanted = EvaluationOptions & {
  signal: AbortSignal
  /** Left out, no details are made. `account`: what models took. */
  details?: { account?: ModelAccount }
}

type Evaluated = { documents: EvaluationRun['documents']; details?: EvaluationDetails }

/**
 * As `evaluateOutputs` and the counts of it, in a thread of its own: what code of a flow reports is compared where nobody
 * waits for it.
 */
export async function evaluateInThread({
  documents,
  repeats,
  details,
  signal: stopped,
  ...matching
}: Wanted): Promise<Evaluated> {
  stopped.throwIfAborted()
  await using thread = startThread()
  const counted: EvaluationRun['documents'] = []
  const keepsDetails = details !== undefined
  for (const { id, paragraphs, truths } of inOrder(documents)) {
    using limit = timeLimit(longest, () => new Error('Comparing what was found took too long.'))
    const signal = AbortSignal.any([stopped, limit.signal])
    const texts = paragraphs.map(({ index, text }) => ({ index, text }))
    await thread.tell({ kind: 'document', document: { id, paragraphs: texts, truths } })
    for (const repeat of repeats) {
      const output = repeat.get(id) ?? { issues: [], error: null }
      await thread.tell({ kind: 'output', output: toMatch(output) })
    }
    const reply = await thread.ask({ kind: 'match', ...matching, keepsDetails }, signal)
    if (reply.kind === 'counts') counted.push({ id, repeats: reply.repeats })
  }
  if (details === undefined) return { documents: counted }
  const reply = await thread.ask({ kind: 'details', ...details }, stopped)
  return { documents: counted, ...(reply.kind === 'details' && { details: reply.details }) }
}

function startThread() {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./match-worker.${extension}`, import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: megabytes },
  })
  // Also when it ends while nobody waits for it.
  const ended = once(worker, 'exit').then(() => {
    throw new Error('The thread that compares what was found has ended.')
  })
  ended.catch(() => {})
  const tell = async (request: MatchRequest): Promise<void> => {
    worker.postMessage(request)
    // Copying takes its time: others have a turn.
    await setImmediate()
  }
  return {
    tell,
    async ask(request: MatchRequest, signal: AbortSignal): Promise<MatchReply> {
      const replied = once(worker, 'message') as Promise<[MatchReply]>
      replied.catch(() => {})
      await tell(request)
      const [reply] = await orAborted(Promise.race([replied, ended]), signal)
      if (reply.kind === 'crash') throw new Error(`Comparing failed: ${reply.stack}`)
      return reply
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate()
    },
  }
}

/** What matching and mistakes need: issues of agents have boxes of words besides. */
function toMatch({ issues, error }: RunOutput): RunOutput {
  return { issues: issues.map(matchableOf), error }
}

function matchableOf({ type, id, text, suggestedFix, ignore, location }: MatchableIssue) {
  const { sourceSentence, paragraph, start, end } = location
  const place = { sourceSentence, paragraph, start, end }
  return { type, id, text, suggestedFix, ignore, location: place }
}
