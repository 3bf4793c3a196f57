import path from 'node:path'
import PQueue from 'p-queue'
import type { OcrProgress } from '../document/parse-protocol.ts'
import { stackOf, UserFacingError } from '../lib/errors.ts'
import type { ModelHost } from '../model/model-host.ts'
import { stoppedRun } from '../model/stopped-run.ts'
import type { Issue } from '../schema/issue.ts'
import type { ModelAccount } from '../schema/model.ts'
import type { FailedReview, Review } from '../schema/review.ts'
import type { Io } from './io.ts'
import { createOcrProgress, ocrInWords } from './ocr-progress.ts'
import { createProgress } from './progress.ts'
import { createReviewPrinter, type ReviewPrinter } from './review-printer.ts'
import { createWaiting, partsLeft } from './waiting.ts'

export type Result = Review | FailedReview

/** What a review of one document tells while it runs. */
export type Watch = {
  onOcr: (page: OcrProgress) => void
  /** Only when there is no other document. */
  onIssues?: (issues: Issue[]) => void
  onPart?: (agent: string, parts: { done: number; total: number }) => void
}

export type ReviewFilesOptions = {
  json?: boolean
  concurrency: number
  /** What was sent to models and spent; left out when none is asked. */
  account?: () => ModelAccount
}

/** Reviews files side by side and prints each as soon as it is done; with `json` only what is wrong. */
export async function reviewFiles(
  files: string[],
  { io, json = false, concurrency, account }: ReviewFilesOptions & { io: Io },
  reviewOne: (file: string, watch: Watch, order: number) => Promise<Result>,
): Promise<Result[]> {
  const progress = createProgress(io, {
    total: files.length,
    unit: 'documents',
    ...(account && { account }),
  })
  const printer = createReviewPrinter(io, { quiet: json, live: files.length === 1 })
  const ocr = createOcrProgress(io)
  const queue = new PQueue({ concurrency })
  const tasks = files.map(async (file, order) => {
    const name = displayName(file, io)
    const watch = files.length === 1 ? watchOne(name, printer, io) : null
    const others: Watch = { onOcr: (page) => ocr.tell(name, page) }
    const result = await queue
      .add(() => reviewOne(file, watch ?? others, order))
      .finally(() => watch?.end())
    progress.end()
    printer.result(result)
    progress.step(name)
    return result
  })
  const results = await Promise.all(tasks)
  ocr.end()
  progress.end()
  return results
}

/** A single document prints its issues as they come and says what it waits for. */
function watchOne(name: string, printer: ReviewPrinter, io: Io): Watch & { end(): void } {
  const waiting = createWaiting(io, name)
  const parts = new Map<string, { done: number; total: number }>()
  return {
    onOcr: (page) => waiting.tell(ocrInWords(page)),
    onIssues(issues) {
      if (issues.length === 0) return
      waiting.clear()
      printer.issues(issues)
    },
    onPart(agent, own) {
      parts.set(agent, own)
      waiting.tell(partsLeft(parts))
    },
    end: () => waiting.end(),
  }
}

/** One bad file must not stop the others; a bug of ours is told as such, with its stack on stderr. */
export function failureOf(error: unknown, io: Io): FailedReview['error'] {
  if (io.signal.aborted) return { code: 'interrupted', message: 'Interrupted before it was read.' }
  if (error instanceof UserFacingError) return { code: error.code, message: error.message }
  io.stderr.write(`${stackOf(error)}\n`)
  return { code: 'internal', message: 'Proofloop failed in a way it did not expect.' }
}

export function displayName(file: string, io: Io): string {
  const relative = path.relative(io.cwd, file)
  return relative.startsWith('..') ? file : relative
}

/** 2 when nothing was reviewed, 1 with `strict` when a part failed, else 0. */
export function exitCodeOf(results: Result[], { strict = false }: { strict?: boolean }): number {
  const reviewed = results.filter((result) => 'run' in result && anyAgentWorked(result))
  if (reviewed.length === 0) return 2
  return strict && results.some(hasFailure) ? 1 : 0
}

/** @throws UserFacingError what stopped the models, with the files that are not done */
export function refuseHalfAReview(results: Result[], models: Pick<ModelHost, 'refusal'>): void {
  const refusal = models.refusal()
  const undone = results.filter(hasFailure)
  if (refusal === null || undone.length === 0) return
  throw stoppedRun(refusal, {
    done: results.length - undone.length,
    all: results.length,
    unit: 'documents',
    undone: undone.map(({ document }) => document.file),
  })
}

function anyAgentWorked(result: Result): boolean {
  return Object.values(result.agents).some(
    ({ status }) => status === 'done' || status === 'partial',
  )
}

function hasFailure(result: Result): boolean {
  if ('error' in result) return true
  return Object.values(result.agents).some(
    ({ status }) => status === 'failed' || status === 'partial',
  )
}
