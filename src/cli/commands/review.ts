import { createReadStream } from 'node:fs'
import path from 'node:path'
import { asksModels, judgesOf } from '../../agent/agent.ts'
import type { Flow } from '../../flow/open-flow.ts'
import type { EndedPart } from '../../flow/review-document.ts'
import { runFlow } from '../../flow/run-flow.ts'
import { startRunSpan } from '../../flow/review-spans.ts'
import { stackOf } from '../../lib/errors.ts'
import { inSpan, noSpan, type Span } from '../../lib/span.ts'
import type { ReviewDocument } from '../../schema/document.ts'
import { readDocumentSpan } from '../../schema/trace-names.ts'
import { createDryRun } from '../../model/dry-run.ts'
import type { Content } from '../../store/blobs/blobs.ts'
import { printDryRun } from '../dry-run-report.ts'
import { expandFiles } from '../expand-files.ts'
import type { Io } from '../io.ts'
import { createLocalStore } from '../local-store.ts'
import { openFlowHere } from '../open-flow-here.ts'
import type { ReviewOptions } from '../program.ts'
import { createRecorder, type Recorder } from '../recorder.ts'
import {
  displayName,
  exitCodeOf,
  failureOf,
  refuseHalfAReview,
  reviewFiles,
  type Result,
  type Watch,
} from '../review-files.ts'
import { createReviewPrinter } from '../review-printer.ts'
import { sayWhatWasSpent } from '../spent.ts'
import { createTracing } from '../tracing/tracing.ts'

type Host = Pick<Flow, 'documents' | 'rules' | 'models' | 'agents' | 'code'> & {
  /** A span for one run. */
  startRun: () => Span
  recorder?: Recorder
  io: Io
}

/**
 * Reviews files and prints their issues.
 * @returns 0 when something was reviewed (1 with `strict` when a part failed), 2 when nothing was, 130
 * when interrupted; when nothing more could be sent, that is thrown once all is printed
 */
export async function review(args: string[], options: ReviewOptions, io: Io): Promise<number> {
  const { files, several } = await expandFiles(args, io.cwd)
  await using local = createLocalStore(options, io)
  await using flow = await openFlowHere(options, local, io)
  if (options.dryRun) return await dryRun(files, options, { flow, io })
  await using tracing = await createTracing(options, io)
  const startRun = (): Span => startRunSpan(tracing.root, path.basename(flow.directory))
  const { paragraphsPerChunk, record } = options
  const runs = { record, flow: { ...flow, paragraphsPerChunk } }
  await using recorder = createRecorder(runs, local, io)
  const host: Host = { ...flow, startRun, recorder, io }

  const results = await reviewAll(files, options, host)
  if (options.json) io.stdout.write(`${JSON.stringify(several ? results : results[0], null, 2)}\n`)
  await sayWhatWasSpent(flow.models, io)
  if (io.signal.aborted) return 130
  refuseHalfAReview(results, flow.models)
  return exitCodeOf(results, options)
}

/** Reads the files and finds out what their agents would ask. */
async function dryRun(
  files: string[],
  options: ReviewOptions,
  { flow, io }: { flow: Flow; io: Io },
): Promise<number> {
  const agents = flow.agents.filter(asksModels)
  const { models, asked } = createDryRun(flow.models, judgesOf(agents))
  const host: Host = { ...flow, models, agents, startRun: () => noSpan, io }
  const results = await Promise.all(
    files.map((file, order) =>
      reviewFile(file, options, { ...host, order, watch: { onOcr: () => {} } }),
    ),
  )
  const printer = createReviewPrinter(io, { quiet: true, live: false })
  for (const result of results) printer.result(result)
  printDryRun(asked(), flow, { ...io, json: options.json ?? false })
  return results.every((result) => 'error' in result) ? 2 : 0
}

async function reviewAll(files: string[], options: ReviewOptions, host: Host): Promise<Result[]> {
  const account = host.agents.some(asksModels) ? () => host.models.account().total : undefined
  const { json, concurrency } = options
  return reviewFiles(files, { io: host.io, json, concurrency, account }, (file, watch, order) =>
    reviewFile(file, options, { ...host, watch, order }),
  )
}

async function reviewFile(
  file: string,
  options: ReviewOptions,
  host: Host & { order: number; watch: Watch },
): Promise<Result> {
  const { io, agents, code, rules, models } = host
  const name = displayName(file, io)
  try {
    io.signal.throwIfAborted()
    const startedAt = Date.now()
    const parts: EndedPart[] = []
    return await inSpan(host.startRun(), async (span) => {
      const document = await readDocument(file, options, { ...host, span, onOcr: host.watch.onOcr })
      const review = await runFlow(document, {
        file: name,
        order: host.order,
        code,
        agents,
        rules,
        models,
        paragraphsPerChunk: options.paragraphsPerChunk,
        concurrency: 4,
        span,
        signal: io.signal,
        onIssues: host.watch.onIssues,
        onPart: host.watch.onPart,
        onPartEnd: (part) => parts.push(part),
        onUnexpectedError: (error) => io.stderr.write(`${stackOf(error)}\n`),
      })
      const content = (): Content => createReadStream(file)
      const source = { name, ocr: options.ocr ?? false, content }
      // What was interrupted is no review; its answers are kept.
      if (!io.signal.aborted) {
        host.recorder?.review({ review, document, file: source, parts, startedAt })
      }
      return review
    })
  } catch (error) {
    return { document: { file: name }, error: failureOf(error, io), issues: [], agents: {} }
  }
}

function readDocument(
  file: string,
  { password }: ReviewOptions,
  { documents, span, io, onOcr }: Host & { span: Span; onOcr: Watch['onOcr'] },
): Promise<ReviewDocument> {
  return inSpan(span.child(readDocumentSpan, {}), () =>
    documents.read(file, { password, signal: io.signal, onOcr }),
  )
}
