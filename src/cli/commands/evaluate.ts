import { contentHash } from '../../lib/content-hash.ts'
import { loadExampleDocuments } from '../../dataset/example-document.ts'
import type { Dataset } from '../../dataset/read-dataset.ts'
import { type RecordedOutputs, readOutputs } from '../../dataset/read-outputs.ts'
import { createDocumentReader, type DocumentReader } from '../../document/document-reader.ts'
import type { Repeat, RunIdentity } from '../../evaluation/evaluate-outputs.ts'
import { detailsOf } from '../../evaluation/evaluation-details.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import type { ReviewDocument } from '../../schema/document.ts'
import type { ModelAccount } from '../../schema/model.ts'
import { datasetToMeasure } from '../datasets/dataset-to-measure.ts'
import type { Io } from '../io.ts'
import { dryRunOfFlow, measureFlow } from '../measure-flow.ts'
import { type FlowOptions, openFlowHere } from '../open-flow-here.ts'
import { createLocalStore, type LocalStore } from '../local-store.ts'
import { createRecorder } from '../recorder.ts'
import { sayWhatWasSpent } from '../spent.ts'
import type { TraceOptions } from '../tracing/trace-settings.ts'
import {
  expectPlaceForResults,
  type ReportedEvaluation,
  reportEvaluation,
} from '../report-evaluation.ts'
import { createOcrProgress } from '../ocr-progress.ts'

export type EvaluateOptions = TraceOptions &
  FlowOptions & {
    dataset: string
    /** What its lines call our fields. */
    columnMapping?: string[]
    outputs?: string[]
    repeats?: number
    /** Documents at once; left out, as many as keep the models busy. */
    concurrency?: number
    examples?: boolean
    json?: boolean
    save?: string
    report?: string
  }

type Documents = Map<string, ReviewDocument>

/** What was measured, and by which identity. */
export type Measured = {
  repeats: Repeat[]
  identity: Pick<RunIdentity, 'subject' | 'subjectHash' | 'types'>
  /** Left out when no model was asked. */
  account?: ModelAccount
}

/**
 * Measures recorded outputs or a flow against a dataset and prints how good each agent is.
 * @returns 0; what goes wrong is thrown
 */
export async function evaluate(options: EvaluateOptions, io: Io): Promise<number> {
  refuseContradictions(options)
  if (!options.dryRun) await expectPlaceForResults(options, io)
  const startedAt = Date.now()
  await using local = createLocalStore(options, io)
  const { dataset, name } = await datasetToMeasure(options.dataset, { local, ...options, io })
  if (options.outputs) {
    const task = { options, dataset, name, local, startedAt, io }
    return await evaluateOutputs(options.outputs, task)
  }
  await using flow = await openFlowHere(options, local, io)
  const { paragraphsPerChunk, record, dryRun } = options
  const runs = { record: record && !dryRun, flow: { ...flow, paragraphsPerChunk } }
  await using recorder = createRecorder(runs, local, io)
  const documents = await loadDocuments(dataset, flow.documents, io)
  const task = { options, dataset, documents, flow, io }
  if (dryRun) return await dryRunOfFlow(task)
  try {
    const measured = await measureFlow(task)
    const reported = await reportEvaluation(measured, task)
    recorder.evaluation(toRecord(reported, { measured, options, name, startedAt }))
    return 0
  } finally {
    // Also of a run that ends before its figures are there.
    await sayWhatWasSpent(flow.models, io)
  }
}

type OutputsTask = Task & Pick<Recorded, 'name' | 'startedAt'> & { local: LocalStore }

async function evaluateOutputs(
  files: string[],
  { options, dataset, name, local, startedAt, io }: OutputsTask,
): Promise<number> {
  refuseUnknownTypes(options.agents ?? [], dataset)
  await using recorder = createRecorder({ record: options.record, flow: null }, local, io)
  await using reader = createDocumentReader({ ocr: options.ocr })
  const documents = await loadDocuments(dataset, reader, io)
  const measured = await measureOutputs(files, { options, documents, io })
  const reported = await reportEvaluation(measured, { dataset, documents, options, io })
  recorder.evaluation(toRecord(reported, { measured, options, name, startedAt }))
  return 0
}

type Recorded = {
  measured: Measured
  options: EvaluateOptions
  /** Of the dataset, as the page calls it. */
  name: string
  startedAt: number
}

function toRecord(
  { run, evaluated }: ReportedEvaluation,
  { measured, options, name, startedAt }: Recorded,
) {
  return {
    run,
    details: detailsOf({ evaluated, ...measured }),
    dataset: name,
    agents: options.agents ?? null,
    startedAt,
  }
}

async function loadDocuments(
  { examples }: Dataset,
  reader: DocumentReader,
  io: Io,
): Promise<Documents> {
  const progress = createOcrProgress(io)
  return await loadExampleDocuments(examples, reader, {
    signal: io.signal,
    onOcr: progress.tell,
  }).finally(() => progress.end())
}

function refuseContradictions({ outputs, flow, ...rest }: EvaluateOptions): void {
  const refuse = (message: string): never => {
    throw new UserFacingError('options-contradict', message)
  }
  if ((outputs === undefined) === (flow === undefined)) {
    refuse('Give either --outputs FILE or --flow DIR: what is to be measured?')
  }
  if (outputs === undefined) return
  if (rest.repeats !== undefined) {
    refuse('--repeats is for --flow; with recorded outputs, give --outputs once for each run.')
  }
  if (rest.trace !== undefined) {
    refuse('--trace is for --flow; with recorded outputs nothing runs that could be traced.')
  }
  if (rest.dryRun) {
    refuse('--dry-run is for --flow; recorded outputs ask no model.')
  }
}

/** A flow refuses agents that it does not have; recorded outputs have only types. */
function refuseUnknownTypes(wanted: string[], { examples }: Dataset): void {
  const types = new Set(examples.flatMap(({ issues }) => issues.map(({ type }) => type)))
  const unknown = wanted.find((type) => !types.has(type))
  if (unknown === undefined) return
  const known = [...types].toSorted().join(', ')
  throw new UserFacingError(
    'unknown-agent',
    printable(`No issue of the dataset has the type ${unknown}. Its types are: ${known}.`),
  )
}

type Task = { options: EvaluateOptions; dataset: Dataset; io: Io }

async function measureOutputs(
  files: string[],
  { options, documents, io }: Omit<Task, 'dataset'> & { documents: Documents },
): Promise<Measured> {
  const paragraphs = [...documents].map(([id, document]) => {
    return [id, document.paragraphs.map(({ text }) => text)] as const
  })
  const source = { cwd: io.cwd, documents: new Map(paragraphs) }
  const runs: RecordedOutputs[] = []
  for (const name of files) runs.push(await readOutputs({ ...source, name }))
  return {
    repeats: runs.map(({ byDocument }) => byDocument),
    identity: {
      subject: { kind: 'outputs', files },
      subjectHash: contentHash(runs.map(({ hash }) => hash).toSorted()),
      types: options.agents ?? null,
    },
  }
}
