import path from 'node:path'
import { contentHash } from '../lib/content-hash.ts'
import type { Dataset } from '../dataset/read-dataset.ts'
import {
  type EvaluatedDocument,
  evaluateOutputs,
  toEvaluationRun,
  truthsOf,
} from '../evaluation/evaluate-outputs.ts'
import { evaluationNotes } from '../evaluation/evaluation-notes.ts'
import { runNotSaved, saveRun } from '../evaluation/evaluation-run.ts'
import { summarizeRun } from '../evaluation/evaluation-summary.ts'
import { expectReportBuilt, htmlReport } from '../evaluation/html-report.ts'
import { listMistakesInContext } from '../evaluation/mistake-context.ts'
import type { Mistake } from '../evaluation/mistakes.ts'
import { formatEvaluation, formatMistakes } from '../evaluation/report.ts'
import { defaultPolicy } from '../gate/policy.ts'
import { printable } from '../lib/printable.ts'
import { expectWritable, writeWholeFile } from '../lib/write-whole-file.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { EnvironmentName } from '../schema/environment.ts'
import type { EvaluationRun } from '../schema/evaluation.ts'
import type { MistakeInContext } from '../schema/evaluation-details.ts'
import type { ModelAccount } from '../schema/model.ts'
import type { EvaluateOptions, Measured } from './commands/evaluate.ts'
import type { Io } from './io.ts'

type Task = {
  options: EvaluateOptions
  dataset: Dataset
  documents: ReadonlyMap<string, ReviewDocument>
  io: Io
}

export type ReportedEvaluation = { run: EvaluationRun; evaluated: EvaluatedDocument[] }

const reportNotWritten = 'report-not-written'

/**
 * Before anything runs that takes time or money.
 * @throws UserFacingError run-not-saved, report-not-written, report-not-built
 */
export async function expectPlaceForResults(
  { save, report }: Pick<EvaluateOptions, 'save' | 'report'>,
  io: Io,
): Promise<void> {
  const place = (file: string): string => path.resolve(io.cwd, file)
  if (save !== undefined) await expectWritable(place(save), { name: save, code: runNotSaved })
  if (report === undefined) return
  await expectWritable(place(report), { name: report, code: reportNotWritten })
  await expectReportBuilt()
}

/** Compares what was found with the dataset, keeps what was asked for and prints the figures. */
export async function reportEvaluation(
  measured: Measured,
  task: Task,
): Promise<ReportedEvaluation> {
  const { options, dataset, documents, io } = task
  const { repeats, identity } = measured
  const { subject, subjectHash, types } = identity
  const evaluated = evaluateOutputs({ documents: truthsOf(dataset, documents), repeats, types })
  warnOfFailures(failuresOf(evaluated), io)
  const policyHash = contentHash(defaultPolicy)
  const run = toEvaluationRun(evaluated, { subject, subjectHash, types, dataset, policyHash })
  const mistakes = wantsMistakes(options) ? listMistakesInContext(evaluated) : []
  const { account } = measured
  await printResults({ run, dataset: dataset.name, mistakes, account }, options, io)
  return { run, evaluated }
}

function wantsMistakes({ examples, report }: ResultOptions): boolean {
  return examples === true || report !== undefined
}

export type Results = {
  run: EvaluationRun
  /** As the user named it. */
  dataset: string
  /** Of the first run; none are needed where they are not shown. */
  mistakes: readonly MistakeInContext[]
  /** Left out when no model was asked. */
  account?: ModelAccount
  /** Of the server where it ran; null: in none. */
  environment?: EnvironmentName | null
}

type ResultOptions = Pick<EvaluateOptions, 'save' | 'report' | 'examples' | 'json'>

/** Keeps what was asked for and prints the figures. */
export async function printResults(
  { run, dataset, mistakes: inContext, account, environment = null }: Results,
  options: ResultOptions,
  io: Io,
): Promise<void> {
  if (options.save) await saveRun(run, path.resolve(io.cwd, options.save), options.save)
  const summary = summarizeRun(run)
  const notes = evaluationNotes(summary, run)
  if (options.report !== undefined) {
    const page = await htmlReport({
      title: `Evaluation of ${path.basename(dataset)}`,
      createdAt: new Date().toISOString(),
      dataset,
      subject: run.subject,
      summary,
      notes,
      mistakes: inContext,
      environment,
      ...(account && { cost: account }),
    })
    const file = path.resolve(io.cwd, options.report)
    await writeWholeFile(file, page, { name: options.report, code: reportNotWritten })
    io.stderr.write(`Report: ${printable(options.report)}\n`)
  }
  const mistakes = options.examples ? inContext.map(withoutContext) : null
  if (options.json) {
    const value = {
      ...summary,
      ...(environment !== null && { environment }),
      notes,
      ...(mistakes && { mistakes }),
      ...(account && { account }),
    }
    io.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
    return
  }
  io.stdout.write(formatEvaluation(summary, notes, { width: io.width, environment }))
  if (mistakes) io.stdout.write(formatMistakes(mistakes))
}

function withoutContext(mistake: MistakeInContext): Mistake {
  const { kind, document, detected, truth, sentence } = mistake
  return { kind, document, detected, truth, sentence }
}

/** Each reason once: a flow that has no key fails on every document. */
function failuresOf(evaluated: readonly EvaluatedDocument[]): Failure[] {
  const failed = evaluated.flatMap(({ id, repeats }) =>
    repeats.flatMap(({ output: { error } }) => (error === null ? [] : [{ id, error }])),
  )
  const byReason = Map.groupBy(failed, ({ error }) => error)
  return [...byReason].map(([reason, own]) => {
    const where = own.length === 1 ? (own[0]?.id ?? '') : `${own.length} documents`
    return { reason, where }
  })
}

type Failure = { reason: string; where: string }

export function warnOfFailures(failures: readonly Failure[], { stderr }: Pick<Io, 'stderr'>): void {
  for (const { reason, where } of failures) {
    stderr.write(`Warning: failed on ${printable(where)}: ${printable(reason)}\n`)
  }
}
