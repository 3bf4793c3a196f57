import PQueue from 'p-queue'
import { UserFacingError } from '../lib/errors.ts'
import { noSpan, type Span } from '../lib/span.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { Agent } from '../agent/agent.ts'
import type { AgentHost } from '../agent/run-agent.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { Issue } from '../schema/issue.ts'
import { leftOutInWords } from '../schema/left-out.ts'
import type { AgentResult, Review } from '../schema/review.ts'
import { chunkParagraphs } from './chunk-paragraphs.ts'
import { inDocumentOrder } from './document-order.ts'
import { reviewPart, skipOtherLanguages, type ReviewPart } from './review-part.ts'
import { describeInput, describeOutcome } from './review-spans.ts'

/** One agent on one chunk, over. */
export type EndedPart = { agent: string; chunk: number } & (
  | { issues: Issue[]; leftOut: number }
  | { error: { code: string; message: string } }
)

export type ReviewOptions = Omit<AgentHost, 'span' | 'place'> & {
  file: string
  /** Its number in the run, from 0: models are asked about earlier documents first. Default 0. */
  order?: number
  agents: Agent[]
  /** Paragraphs an agent sees at once; -1 for all. */
  paragraphsPerChunk: number
  /** Parts of one agent under way at once; a slow agent does not hold up the others. */
  concurrency: number
  /** Of this run, from `startRunSpan`; the caller ends it. */
  span?: Span
  /** Issues of each chunk, as soon as all agents are done with it and all chunks before it. */
  onIssues?: (issues: Issue[]) => void
  /** How many of an agent's parts are done or failed; once with 0 before it begins. */
  onPart?: (agent: string, parts: { done: number; total: number }) => void
  /** What became of each agent on each chunk that was not interrupted. */
  onPartEnd?: (part: EndedPart) => void
  /** Errors that are bugs; their text must not get into a result. */
  onUnexpectedError?: (error: unknown) => void
}

/**
 * The main flow: all agents on all chunks of one document. A part that fails is an error of its
 * agent and the rest goes on; when the signal aborts, what is done is kept.
 */
export async function reviewDocument(
  document: ReviewDocument,
  options: ReviewOptions,
): Promise<Review> {
  const run = timeOrderedId()
  const chunks = chunkParagraphs(document.paragraphs, options.paragraphsPerChunk)
  const { file, span = noSpan } = options
  const agents = options.agents.map((agent) => skipOtherLanguages(agent, document))
  describeInput(span, { id: run, file, document, agents, chunks: chunks.length })
  const loaded = agents.filter((agent) => agent.status === 'loaded')
  const tallies = new Map(loaded.map((agent) => [agent.name, newTally(chunks.length)]))
  const queues = new Map(
    loaded.map((agent) => [agent, new PQueue({ concurrency: options.concurrency })]),
  )
  const release = releaseInOrder(options.onIssues)
  for (const [name, tally] of tallies) tellPart(name, tally, options)

  const parts = chunks.map(async (paragraphs, index) => {
    const found = await Promise.all(
      loaded.map((agent) => {
        const tally = tallies.get(agent.name) ?? newTally()
        const part = { agent, document, paragraphs, index, run, span }
        const work = (): Promise<Issue[]> => runPart(part, tally, options)
        return queues.get(agent)?.add(work) ?? work()
      }),
    )
    const issues = found.flat().toSorted(inDocumentOrder)
    release(index, issues)
    return issues
  })
  const issues = (await Promise.all(parts)).flat().toSorted(inDocumentOrder)
  const review: Review = {
    run,
    document: describeDocument(document, file),
    issues,
    agents: Object.fromEntries(
      agents.map((agent) => [agent.name, resultOf(agent, tallies.get(agent.name))]),
    ),
  }
  describeOutcome(span, review, options.signal?.aborted ?? false)
  return review
}

type Tally = {
  total: number
  done: number
  failed: number
  issues: number
  /** Issues that an agent found beyond what a part may have. */
  leftOut: number
  /** By `performance.now()`. */
  firstStart: number
  lastEnd: number
  reasons: Set<string>
}

function newTally(total = 0): Tally {
  const reasons = new Set<string>()
  const counts = { total, done: 0, failed: 0, issues: 0, leftOut: 0 }
  return { ...counts, firstStart: Infinity, lastEnd: 0, reasons }
}

function tellPart(agent: string, { done, failed, total }: Tally, options: ReviewOptions): void {
  options.onPart?.(agent, { done: done + failed, total })
}

async function runPart(part: ReviewPart, tally: Tally, options: ReviewOptions): Promise<Issue[]> {
  const name = { agent: part.agent.name, chunk: part.index }
  tally.firstStart = Math.min(tally.firstStart, performance.now())
  try {
    options.signal?.throwIfAborted()
    const place = { document: options.order ?? 0, part: part.index }
    const { issues, leftOut } = await reviewPart(part, { ...options, place })
    tally.done += 1
    tally.leftOut += leftOut
    tally.issues += issues.length
    options.onPartEnd?.({ ...name, issues, leftOut })
    return issues
  } catch (reason) {
    tally.failed += 1
    const error = options.signal?.aborted ? null : errorToTell(reason, options)
    tally.reasons.add(error === null ? 'interrupted' : `${error.message} [${error.code}]`)
    if (error !== null) options.onPartEnd?.({ ...name, error })
    return []
  } finally {
    tally.lastEnd = performance.now()
    tellPart(part.agent.name, tally, options)
  }
}

function errorToTell(error: unknown, options: ReviewOptions): { code: string; message: string } {
  if (error instanceof UserFacingError) return { code: error.code, message: error.message }
  options.onUnexpectedError?.(error)
  return { code: 'internal', message: 'an error inside Proofloop' }
}

function resultOf(agent: Agent, tally: Tally = newTally()): AgentResult {
  if (agent.status === 'skipped') {
    return { status: 'skipped', issues: 0, ms: 0, reason: agent.reason }
  }
  const { issues, done, failed, leftOut } = tally
  const ms = Math.max(0, Math.round(tally.lastEnd - tally.firstStart))
  const more = leftOut > 0 ? [leftOutInWords(leftOut)] : []
  if (failed === 0) return { status: 'done', issues, ms, ...(more[0] && { reason: more[0] }) }
  const failures = `${failed} of ${done + failed} parts: ${[...tally.reasons].join('; ')}`
  const reason = [failures, ...more].join('; ')
  return { status: done > 0 ? 'partial' : 'failed', issues, ms, reason }
}

/** Chunks finish in any order; readers get them in the document's. */
function releaseInOrder(onIssues: ReviewOptions['onIssues']) {
  const waiting = new Map<number, Issue[]>()
  let next = 0
  return (index: number, issues: Issue[]): void => {
    waiting.set(index, issues)
    for (let ready = waiting.get(next); ready; ready = waiting.get(next)) {
      waiting.delete(next)
      next += 1
      onIssues?.(ready)
    }
  }
}

export function describeDocument(document: ReviewDocument, file: string): Review['document'] {
  return {
    file,
    sha256: document.sha256,
    pages: document.pages.length,
    pagesWithoutText: document.pages.filter((page) => !page.hasText).map((page) => page.number),
    pagesReadByOcr: document.pages.filter((page) => page.ocr).map((page) => page.number),
    language: document.language,
  }
}
