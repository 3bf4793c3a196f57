import path from 'node:path'
import PQueue from 'p-queue'
import { judgesOf } from '../../agent/agent.ts'
import type { OcrProgress } from '../../document/parse-protocol.ts'
import type { Flow } from '../../flow/open-flow.ts'
import { reviewDocument, type ReviewOptions as FlowOptions } from '../../flow/review-document.ts'
import { startRunSpan } from '../../flow/review-spans.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { inSpan, noSpan, type Span } from '../../lib/span.ts'
import type { ReviewDocument } from '../../schema/document.ts'
import type { FailedReview, Review } from '../../schema/review.ts'
import { readDocumentSpan } from '../../schema/trace-names.ts'
import { createDryRun } from '../../model/dry-run.ts'
import { printDryRun } from '../dry-run-report.ts'
import { expandFiles } from '../expand-files.ts'
import type { Io } from '../io.ts'
import { createOcrProgress, ocrInWords } from '../ocr-progress.ts'
import { openFlowHere } from '../open-flow-here.ts'
import type { ReviewOptions } from '../program.ts'
import { createProgress } from '../progress.ts'
import { createReviewPrinter, type ReviewPrinter } from '../review-printer.ts'
import { sayWhatWasSpent } from '../spent.ts'
import { createTracing } from '../tracing/tracing.ts'
import { createWaiting, partsLeft } from '../waiting.ts'

type Host = Pick<Flow, 'documents' | 'rules' | 'models' | 'agents'> & {
  /** A span for one run. */
  startRun: () => Span
  io: Io
}

/**
 * Reviews files and prints their issues.
 * @returns 0 when something was reviewed (1 with `strict` when a part failed), 2 when nothing was,
 * 130 when interrupted
 */
export async function review(args: string[], options: ReviewOptions, io: Io): Promise<number> {
  const { files, several } = await expandFiles(args, io.cwd)
  await using flow = await openFlowHere(options, io)
  if (options.dryRun) return await dryRun(files, options, { flow, io })
  await using tracing = await createTracing(options, io)
  const startRun = (): Span => startRunSpan(tracing.root, path.basename(flow.directory))
  const host: Host = { ...flow, startRun, io }

  const results = await reviewAll(files, options, host)
  if (options.json) io.stdout.write(`${JSON.stringify(several ? results : results[0], null, 2)}\n`)
  sayWhatWasSpent(flow.models.account().total, io)
  if (io.signal.aborted) return 130
  return exitCode(results, options.strict ?? false)
}

/** Reads the files and finds out what their agents would ask. */
async function dryRun(
  files: string[],
  options: ReviewOptions,
  { flow, io }: { flow: Flow; io: Io },
): Promise<number> {
  const agents = flow.agents.filter((agent) => agent.status === 'loaded' && agent.engine === 'llm')
  const { models, asked } = createDryRun(flow.models, judgesOf(agents))
  const host: Host = { ...flow, models, agents, startRun: () => noSpan, io }
  const results = await Promise.all(
    files.map((file) => reviewFile(file, options, { ...host, watch: null, onOcr: () => {} })),
  )
  const printer = createReviewPrinter(io, { quiet: true, live: false })
  for (const result of results) printer.result(result)
  printDryRun(asked(), flow, { ...io, json: options.json ?? false })
  return results.every((result) => 'error' in result) ? 2 : 0
}

type Result = Review | FailedReview

async function reviewAll(files: string[], options: ReviewOptions, host: Host): Promise<Result[]> {
  const asksModels = host.agents.some((one) => one.status === 'loaded' && one.engine === 'llm')
  const progress = createProgress(host.io, {
    total: files.length,
    unit: 'documents',
    ...(asksModels && { account: () => host.models.account().total }),
  })
  const mode = { quiet: options.json ?? false, live: files.length === 1 }
  const printer = createReviewPrinter(host.io, mode)
  const ocr = createOcrProgress(host.io)
  const queue = new PQueue({ concurrency: options.concurrency })
  const tasks = files.map(async (file) => {
    const name = displayName(file, host.io)
    const watch = files.length === 1 ? watchOne(name, printer, host.io) : null
    const onOcr = watch?.onOcr ?? ((page: OcrProgress): void => ocr.tell(name, page))
    const result = await queue
      .add(() => reviewFile(file, options, { ...host, watch, onOcr }))
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

type Watch = Pick<FlowOptions, 'onIssues' | 'onPart'> & {
  onOcr: (page: OcrProgress) => void
  end(): void
}

/** A single document prints its issues as they come and says what it waits for. */
function watchOne(name: string, printer: ReviewPrinter, io: Io): Watch {
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

async function reviewFile(
  file: string,
  options: ReviewOptions,
  host: Host & { watch: Watch | null; onOcr: (page: OcrProgress) => void },
): Promise<Result> {
  const { io, agents, rules, models } = host
  const name = displayName(file, io)
  try {
    io.signal.throwIfAborted()
    return await inSpan(host.startRun(), async (span) => {
      const document = await readDocument(file, options, { ...host, span })
      return reviewDocument(document, {
        file: name,
        agents,
        rules,
        models,
        paragraphsPerChunk: options.paragraphsPerChunk,
        concurrency: 4,
        span,
        signal: io.signal,
        onIssues: host.watch?.onIssues,
        onPart: host.watch?.onPart,
        onUnexpectedError: (error) => io.stderr.write(`${stackOf(error)}\n`),
      })
    })
  } catch (error) {
    return { document: { file: name }, error: failureOf(error, io), issues: [], agents: {} }
  }
}

function readDocument(
  file: string,
  { password }: ReviewOptions,
  { documents, span, io, onOcr }: Host & { span: Span; onOcr: (page: OcrProgress) => void },
): Promise<ReviewDocument> {
  return inSpan(span.child(readDocumentSpan, {}), () =>
    documents.read(file, { password, signal: io.signal, onOcr }),
  )
}

/** One bad file must not stop the others; a bug of ours is told as such, with its stack on stderr. */
function failureOf(error: unknown, io: Io): FailedReview['error'] {
  if (io.signal.aborted) return { code: 'interrupted', message: 'Interrupted before it was read.' }
  if (error instanceof UserFacingError) return { code: error.code, message: error.message }
  io.stderr.write(`${stackOf(error)}\n`)
  return { code: 'internal', message: 'Proofloop failed in a way it did not expect.' }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function displayName(file: string, io: Io): string {
  const relative = path.relative(io.cwd, file)
  return relative.startsWith('..') ? file : relative
}

function exitCode(results: Result[], strict: boolean): number {
  const reviewed = results.filter((result) => 'run' in result && anyAgentWorked(result))
  if (reviewed.length === 0) return 2
  return strict && results.some(hasFailure) ? 1 : 0
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
