import { setTimeout } from 'node:timers/promises'
import PQueue from 'p-queue'
import type { LoadedAgent } from '../agent/agent.ts'
import { chunkParagraphs } from '../flow/chunk-paragraphs.ts'
import type { Flow } from '../flow/open-flow.ts'
import { reviewPart, skipOtherLanguages } from '../flow/review-part.ts'
import { isStoreFailure, UserFacingError } from '../lib/errors.ts'
import { noSpan } from '../lib/span.ts'
import type { Paragraph, ReviewDocument } from '../schema/document.ts'
import { FlowManifest } from '../schema/flow-manifest.ts'
import type { StoredError } from '../schema/stored-error.ts'
import type { StoredReview } from '../schema/stored-review.ts'
import type { NewEvent } from '../store/review-events.ts'
import { addReadyMails } from './mail-ready.ts'
import { agentSkipped, typesOf } from './review-entries.ts'
import type { ReviewHost } from './review-host.ts'
import { ReviewProgress, toStored, type PartOutcome } from './review-progress.ts'

/** Parts of one agent under way at once; a slow agent does not hold up the others. */
const partsAtOnce = 4

/**
 * The job that reviews a document: each part (an agent on a chunk) is kept with its issues and events
 * as soon as it is done, and parts that an earlier run has kept are not run again.
 */
export async function runReview(host: ReviewHost, id: string, signal: AbortSignal): Promise<void> {
  const { store, signals, jobs } = host
  const review = await store.reviews.get(id)
  if (review === null || review.endedAt !== null) return
  const failure = await hindranceOf(host, review, signal)
  if (failure !== null) {
    await endReview(host, id, { state: 'failed', error: failure })
    return
  }
  const document = await store.documents.text(review.document)
  if (document === null || !(await store.reviews.start(id))) return
  signals.wake(id)
  const flow = await host.flows.use(review.flowVersion)
  const run = await planRun(host, { review, document, flow })
  await runParts(host, { ...run, signal })
  signal.throwIfAborted()
  await endReview(host, id, { state: run.progress.outcome() })
  await jobs.add('tell-ready', { data: { review: id }, key: id })
  await addReadyMails(host, review)
}

/** Ends it with the event that tells so; nothing happens when it had ended. */
export async function endReview(
  { store, signals }: Pick<ReviewHost, 'store' | 'signals'>,
  id: string,
  outcome: { state: 'done' | 'partial' | 'failed' | 'stopped'; error?: StoredError },
): Promise<boolean> {
  const { state } = outcome
  const events = [toStored({ type: 'complete', state })]
  const ended = await store.reviews.end(id, { ...outcome, events })
  signals.wake(id)
  return ended
}

/** Waits until the document is read; why the review cannot be run, or null when it can. */
async function hindranceOf(
  { store, flows }: ReviewHost,
  review: StoredReview,
  signal: AbortSignal,
): Promise<StoredError | null> {
  const gap = await flows.use(review.flowVersion).then(() => null, errorToTell)
  if (gap !== null) return gap
  for (;;) {
    const document = await store.documents.get(review.document)
    if (document?.state === 'ready') return null
    if (document?.state !== 'reading') {
      const message = 'The document could not be read.'
      return document?.error ?? { code: 'document-not-found', message }
    }
    await setTimeout(250, undefined, { signal })
  }
}

function errorToTell(error: unknown): StoredError {
  if (!(error instanceof UserFacingError) || isStoreFailure(error)) throw error
  return { code: error.code, message: error.message }
}

type Run = {
  id: string
  document: ReviewDocument
  flow: Flow
  chunks: Paragraph[][]
  agents: Map<string, LoadedAgent>
  todo: { agent: string; chunk: number }[]
  progress: ReviewProgress
  /** One after the other, so that events count up in the order in which they are kept. */
  keeping: PQueue
}

/** The agents that were asked for are those that have a part already. */
async function planRun(
  { store }: ReviewHost,
  { review, document, flow }: { review: StoredReview; document: ReviewDocument; flow: Flow },
): Promise<Run> {
  const { id } = review
  const version = await store.flowVersions.get(review.flowVersion)
  const { paragraphsPerChunk } = FlowManifest.parse(version?.manifest)
  const chunks = chunkParagraphs(document.paragraphs, paragraphsPerChunk)
  const asked = new Set((await store.parts.list(id)).map(({ agent }) => agent))
  const agents = new Map<string, LoadedAgent>()
  for (const agent of flow.agents.filter(({ name }) => asked.has(name))) {
    const own = skipOtherLanguages(agent, document)
    if (own.status === 'loaded') agents.set(own.name, own)
    else await skip({ store }, id, own)
  }
  const all = [...agents.keys()].flatMap((agent) => chunks.map((_, chunk) => ({ agent, chunk })))
  await store.parts.plan(id, all)
  const parts = await store.parts.list(id)
  const progress = new ReviewProgress(review, typesOf(version?.manifest), parts)
  const todo = parts.filter(({ state }) => state === 'pending')
  const keeping = new PQueue({ concurrency: 1 })
  return { id, document, flow, chunks, agents, todo, progress, keeping }
}

async function skip(
  { store }: Pick<ReviewHost, 'store'>,
  review: string,
  { name, reason }: { name: string; reason: string },
): Promise<void> {
  const error = { code: agentSkipped, message: reason }
  await store.parts.fail({ review, agent: name, chunk: 0 }, { error, events: [] })
}

async function runParts(host: ReviewHost, run: Run & { signal: AbortSignal }): Promise<void> {
  const queues = new Map([...run.agents.keys()].map((name) => [name, newQueue()]))
  const parts = run.todo.map(async ({ agent: name, chunk }) => {
    const agent = run.agents.get(name)
    if (agent === undefined) return
    const part = { agent, chunk, paragraphs: run.chunks[chunk] ?? [] }
    await queues.get(name)?.add(() => runPart(host, part, run))
  })
  const outcomes = await Promise.allSettled(parts)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

function newQueue(): PQueue {
  return new PQueue({ concurrency: partsAtOnce })
}

type Part = { agent: LoadedAgent; chunk: number; paragraphs: Paragraph[] }

/** @throws when the store fails, or the signal aborts: the part is then still to be done */
async function runPart(
  host: ReviewHost,
  { agent, chunk, paragraphs }: Part,
  { id, document, flow, progress, keeping, signal }: Run & { signal: AbortSignal },
): Promise<void> {
  signal.throwIfAborted()
  const outcome = await findIssues()
  const key = { review: id, agent: agent.name, chunk }
  await keeping.add(() => keepPart(host, key, { outcome, events: progress.tell(outcome) }))

  async function findIssues(): Promise<PartOutcome> {
    const part = { agent, document, paragraphs, index: chunk, run: id, span: noSpan }
    const { rules, models } = flow
    try {
      const { issues, leftOut } = await reviewPart(part, { rules, models, signal })
      const distinct = [...new Map(issues.map((one) => [one.id, one])).values()]
      return { agent: agent.name, issues: distinct, leftOut }
    } catch (error) {
      if (signal.aborted || !(error instanceof UserFacingError)) throw error
      return { agent: agent.name, error: { code: error.code, message: error.message } }
    }
  }
}

async function keepPart(
  { store, signals }: ReviewHost,
  key: { review: string; agent: string; chunk: number },
  { outcome, events }: { outcome: PartOutcome; events: NewEvent[] },
): Promise<void> {
  const kept =
    'error' in outcome
      ? await store.parts.fail(key, { error: outcome.error, events })
      : await store.parts.finish(key, { ...outcome, events })
  if (kept) signals.wake(key.review)
}
