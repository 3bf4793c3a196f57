import path from 'node:path'
import PQueue from 'p-queue'
import { createRuleEngines, type RuleEngines } from '../../agent/rule-engines.ts'
import type { Agent } from '../../agent/agent.ts'
import { loadAgents } from '../../agent/load-agents.ts'
import { createDocumentReader, type DocumentReader } from '../../document/document-reader.ts'
import type { OcrProgress } from '../../document/parse-protocol.ts'
import { findFlow } from '../../flow/find-flow.ts'
import { reviewDocument, type ReviewOptions as FlowOptions } from '../../flow/review-document.ts'
import { startRunSpan } from '../../flow/review-spans.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { inSpan, type Span } from '../../lib/span.ts'
import type { ReviewDocument } from '../../schema/document.ts'
import type { FailedReview, Review } from '../../schema/review.ts'
import { readDocumentSpan } from '../../schema/trace-names.ts'
import { expandFiles } from '../expand-files.ts'
import type { Io } from '../io.ts'
import { createOcrProgress, ocrInWords } from '../ocr-progress.ts'
import type { ReviewOptions } from '../program.ts'
import { createProgress } from '../progress.ts'
import { createReviewPrinter, type ReviewPrinter } from '../review-printer.ts'
import { createTracing } from '../tracing/tracing.ts'
import { createWaiting, partsLeft } from '../waiting.ts'

type Host = {
  documents: DocumentReader
  rules: RuleEngines
  agents: Agent[]
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
  const flow = findFlow(options.flow, io.cwd)
  const agents = await loadAgents(path.join(flow, 'agents'), options.agents)
  const { files, several } = await expandFiles(args, io.cwd)
  await using tracing = await createTracing(options, io)
  await using documents = createDocumentReader({ ocr: options.ocr })
  await using rules = createRuleEngines()
  const startRun = (): Span => startRunSpan(tracing.root, path.basename(flow))
  const host: Host = { documents, rules, agents, startRun, io }

  const results = await reviewAll(files, options, host)
  if (options.json) io.stdout.write(`${JSON.stringify(several ? results : results[0], null, 2)}\n`)
  if (io.signal.aborted) return 130
  return exitCode(results, options.strict ?? false)
}

type Result = Review | FailedReview

async function reviewAll(files: string[], options: ReviewOptions, host: Host): Promise<Result[]> {
  const progress = createProgress(host.io, { total: files.length, unit: 'documents' })
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
  const { io, agents, rules } = host
  const name = displayName(file, io)
  try {
    io.signal.throwIfAborted()
    return await inSpan(host.startRun(), async (span) => {
      const document = await readDocument(file, options, { ...host, span })
      return reviewDocument(document, {
        file: name,
        agents,
        rules,
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
