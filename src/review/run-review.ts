import { setTimeout } from 'node:timers/promises'
import PQueue from 'p-queue'
import type { LoadedAgent } from '../agent/agent.ts'
import { chunkParagraphs } from '../flow/chunk-paragraphs.ts'
import type { Flow } from '../flow/open-flow.ts'
import { reviewPart, skipOtherLanguages } from '../flow/review-part.ts'
import { refusalIn, UserFacingError } from '../lib/errors.ts'
import { timeLimit } from '../lib/time-limit.ts'
import { noSpan } from '../lib/span.ts'
import type { Paragraph, ReviewDocument } from '../schema/document.ts'
import { FlowManifest } from '../schema/flow-manifest.ts'
import type { StoredError } from '../schema/stored-error.ts'
import type { StoredReview } from '../schema/stored-review.ts'
import type { NewEvent } from '../store/review-events.ts'
import { addReadyMails } from './mail-ready.ts'
import { agentSkipped, typesOf } from './review-entries.ts'
import type { ReviewHost } from './review-host.ts'
import { distinct, ReviewProgress, toStored, type PartOutcome } from './review-progress.ts'
import { openReviewFlow } from './review-spending.ts'

const minute = 60_000
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
  const run = await planRun(host, { review, document })
  const refusal = await runInTime(host, { ...run, signal })
  signal.throwIfAborted()
  if (refusal !== null) {
    const { code, message } = refusal
    await endReview(host, id, { state: 'stopped', error: { code, message } })
    return
  }
  await endReview(host, id, { state: run.progress.outcome() })
  if (review.trial) return
  await jobs.add('tell-ready', { data: { review: id }, key: id })
  await addReadyMails(host, review)
}

/** As `runParts`; what its environment gives no more time for is left, too. */
async function runInTime(
  host: ReviewHost,
  { signal, ...run }: Run & { signal: AbortSignal },
): Promise<UserFacingError | null> {
  using limit = await reviewLimit(host, run.review)
  const inTime = AbortSignal.any([signal, limit.signal])
  try {
    return await runParts(host, { ...run, signal: inTime })
  } catch (error) {
    const isOver = limit.signal.aborted && !signal.aborted
    if (isOver && inTime.reason instanceof UserFacingError) return inTime.reason
    throw error
  }
}

/** Since it began for the first time, also where a process has ended meanwhile. */
async function reviewLimit(
  { flows, settingsOf }: ReviewHost,
  { flowVersion, startedAt }: StoredReview,
): Promise<ReturnType<typeof timeLimit>> {
  const settings = settingsOf(await flows.environmentOf(flowVersion))
  const minutes = settings?.limits.reviewMinutes ?? null
  const gone = startedAt === null ? 0 : Date.now() - startedAt
  return timeLimit(minutes === null ? null : minutes * minute - gone, () => {
    const sentence = `It ran longer than ${minutes} min, which its environment allows; what was found is kept. An operator can raise limits.reviewMinutes in the server's configuration.`
    return new UserFacingError('review-too-long', sentence)
  })
}

/** Ends it with the event that tells so; nothing happens when it had ended. */
export async function endReview(
  { store, signals }: Pick<ReviewHost, 'store' | 'signals'>,
  id: string,
  outcome: { state: 'done' | 'partial' | 'failed' | 'stopped'; error?: StoredError },
): Promise<boolean> {
  const { state, error } = outcome
  const told = error === undefined ? [] : [toStored({ type: 'error', ...error })]
  const events = [...told, toStored({ type: 'complete', state })]
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
  const { code, message } = refusalIn(error)
  return { code, message }
}

type Run = {
  id: string
  review: StoredReview
  document: ReviewDocument
  /** Of everybody. */
  shared: Flow
  chunks: Paragraph[][]
  agents: Map<string, LoadedAgent>
  todo: { agent: string; chunk: number }[]
  progress: ReviewProgress
  /** One after the other, so that events count up in the order in which they are kept. */
  keeping: PQueue
}

/** The agents that were asked for are those that have a part already. */
async function planRun(
  { store, flows }: ReviewHost,
  { review, document }: { review: StoredReview; document: ReviewDocument },
): Promise<Run> {
  const { id } = review
  const shared = await flows.use(review.flowVersion)
  const version = await store.flowVersions.get(review.flowVersion)
  const { paragraphsPerChunk } = FlowManifest.parse(version?.manifest)
  const chunks = chunkParagraphs(document.paragraphs, paragraphsPerChunk)
  const asked = new Set((await store.parts.list(id)).map(({ agent }) => agent))
  const agents = new Map<string, LoadedAgent>()
  for (const agent of shared.agents.filter(({ name }) => asked.has(name))) {
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
  return { id, review, document, shared, chunks, agents, todo, progress, keeping }
}

async function skip(
  { store }: Pick<ReviewHost, 'store'>,
  review: string,
  { name, reason }: { name: string; reason: string },
): Promise<void> {
  const error = { code: agentSkipped, message: reason }
  await store.parts.fail({ review, agent: name, chunk: 0 }, { error, events: [] })
}

/**
 * Runs what is to be done, and adds what it spends to the month.
 * @returns why parts are left, when nothing more may be sent to models; what is done is kept
 */
async function runParts(
  host: ReviewHost,
  run: Run & { signal: AbortSignal },
): Promise<UserFacingError | null> {
  await using flow = await openReviewFlow(host, { ...run, agents: [...run.agents.keys()] })
  const queues = new Map([...run.agents.keys()].map((name) => [name, newQueue()]))
  const parts = run.todo.map(async ({ agent: name, chunk }) => {
    const agent = run.agents.get(name)
    if (agent === undefined) return undefined
    const part = { agent, chunk, paragraphs: run.chunks[chunk] ?? [] }
    return queues.get(name)?.add(() => runPart(host, part, { ...run, flow }))
  })
  const outcomes = await Promise.allSettled(parts)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  const isLeft = outcomes.some((one) => one.status === 'fulfilled' && one.value === 'left')
  return isLeft ? flow.models.refusal() : null
}

function newQueue(): PQueue {
  return new PQueue({ concurrency: partsAtOnce })
}

type Part = { agent: LoadedAgent; chunk: number; paragraphs: Paragraph[] }

/**
 * @returns `left` when models may not be asked any more: the part is then still to be done
 * @throws when the store fails, or the signal aborts, and the part is still to be done
 */
async function runPart(
  host: ReviewHost,
  { agent, chunk, paragraphs }: Part,
  { id, document, flow, progress, keeping, signal }: Run & { flow: Flow; signal: AbortSignal },
): Promise<'left' | 'kept'> {
  signal.throwIfAborted()
  const outcome = await findIssues()
  if (outcome === 'left') return outcome
  const key = { review: id, agent: agent.name, chunk }
  await keeping.add(() => keepPart(host, key, { outcome, events: progress.tell(outcome) }))
  return 'kept'

  async function findIssues(): Promise<PartOutcome | 'left'> {
    const part = { agent, document, paragraphs, index: chunk, run: id, span: noSpan }
    const place = { document: 0, part: chunk }
    const { rules, models } = flow
    try {
      const { issues, leftOut } = await reviewPart(part, { rules, models, place, signal })
      return { agent: agent.name, issues: distinct(issues), leftOut }
    } catch (error) {
      if (signal.aborted) throw error
      const told = errorToTell(error)
      return error === models.refusal() ? 'left' : { agent: agent.name, error: told }
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
