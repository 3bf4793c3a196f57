import { createHash } from 'node:crypto'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import { writeWholeFile } from '../../lib/write-whole-file.ts'
import { shortHash } from '../../lib/content-hash.ts'
import { Split } from '../../schema/access.ts'
import type { ImportFields } from '../../schema/api/datasets.ts'
import { datasetsHere } from '../datasets/datasets-here.ts'
import { datasetsOnServer } from '../datasets/datasets-on-server.ts'
import type { DatasetPlace } from '../datasets/dataset-place.ts'
import {
  checkInWords,
  isClean,
  diffInWords,
  importInWords,
  listInWords,
  versionInWords,
} from '../datasets/in-words.ts'
import type { Io } from '../io.ts'
import { requireUnderstood } from '../on-server/understood.ts'

export type DatasetOptions = { data: string; server?: string; json?: boolean; flow?: string }

type Run = { options: DatasetOptions; io: Io }

/** Opens where the datasets are, asks one question, prints the answer. */
async function answer<T>(
  { options, io }: Run,
  ask: (source: DatasetPlace) => Promise<T>,
  inWords: (answer: T) => string,
): Promise<number> {
  const { server, json } = options
  await using source =
    server === undefined ? datasetsHere(options, io) : datasetsOnServer(server, io)
  const found = await ask(source)
  io.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : inWords(found))
  return 0
}

export function listDatasets(options: DatasetOptions, io: Io): Promise<number> {
  return answer({ options, io }, (source) => source.list(), listInWords)
}

export type ShowOptions = DatasetOptions & { at: string }

/** One version with its splits, and which others there are. */
export function showDataset(name: string, options: ShowOptions, io: Io): Promise<number> {
  const { dataset, split } = parseName(name)
  return answer(
    { options, io },
    async (source) => {
      const version = await source.version({ dataset, version: options.at })
      const splits = version.splits.filter((size) => split === undefined || size.split === split)
      return { ...version, splits, versions: (await source.versions(dataset)).map(briefly) }
    },
    versionInWords,
  )
}

function briefly({ hash, createdAt, createdBy }: Awaited<ReturnType<DatasetPlace['version']>>) {
  return { hash, createdAt, createdBy }
}

export function diffDataset(
  dataset: string,
  [from, to]: [from: string, to: string],
  run: { options: DatasetOptions; io: Io },
): Promise<number> {
  return answer(run, (source) => source.diff({ dataset, from, to, limit: 100 }), diffInWords)
}

/**
 * @returns 1 when something was found
 * @throws UserFacingError option-not-for-server for a flow that the server would not look into
 */
export async function checkDataset(dataset: string, options: ShowOptions, io: Io): Promise<number> {
  requireOwnFlow(options)
  const found = { good: true }
  await answer(
    { options, io },
    async (place) => {
      const check = await place.check({ dataset, version: options.at })
      found.good = isClean(check)
      return check
    },
    checkInWords,
  )
  return found.good ? 0 : 1
}

/** @throws UserFacingError option-not-for-server */
function requireOwnFlow({ server, flow }: DatasetOptions): void {
  const why = 'a server looks into its own flow and into versions that it was asked about'
  const given = flow === undefined ? [] : ['--flow']
  if (server !== undefined) requireUnderstood(given, [], { option: '--server', why })
}

export type ImportOptions = DatasetOptions & {
  add?: boolean
  splits: ImportFields['splits']
  columnMapping?: string[]
  note?: string
  showHidden?: boolean
}

/** @throws UserFacingError option-not-for-server for a flow that the server would not look into */
export async function importDataset(
  [dataset, file]: [dataset: string, file: string],
  options: ImportOptions,
  io: Io,
): Promise<number> {
  requireOwnFlow(options)
  const { add, splits, columnMapping, note, showHidden = false } = options
  const sent = {
    dataset,
    path: file,
    mode: add ? ('add' as const) : ('replace' as const),
    splits,
    columnMapping,
    note,
    showHidden: showHidden ? ('true' as const) : ('false' as const),
  }
  return answer({ options, io }, (source) => source.import(sent), importInWords)
}

export type ExportOptions = DatasetOptions & { to: string; at: string }

/** Nothing stays of a file that did not arrive whole. */
export function exportDataset(name: string, options: ExportOptions, io: Io): Promise<number> {
  const { dataset, split } = parseName(name)
  const file = path.resolve(io.cwd, options.to)
  return answer(
    { options, io },
    async (source) => {
      const { content, sha256, hash } = await source.export({
        dataset,
        split,
        version: options.at,
      })
      if (sha256 === sha256OfNothing) throw nothingThere(name)
      const naming = { name: options.to, code: 'file-not-written', mode: 0o600 }
      await writeWholeFile(file, checked(content, sha256), naming)
      return { file: options.to, dataset, hash, sha256 }
    },
    (done) => `Wrote ${dataset} ${shortHash(done.hash)} to ${done.file}.\nSHA-256 ${done.sha256}\n`,
  )
}

const sha256OfNothing = createHash('sha256').digest('hex')

function nothingThere(name: string): UserFacingError {
  return new UserFacingError(
    'dataset-empty',
    `${name} has no examples in that version, so there is nothing to write. proofloop dataset show tells which splits it has.`,
  )
}

async function* checked(
  content: AsyncIterable<Uint8Array>,
  sha256: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const chunk of content) {
    hash.update(chunk)
    yield chunk
  }
  if (hash.digest('hex') === sha256) return
  throw new UserFacingError(
    'export-damaged',
    'What arrived is not what was sent: its SHA-256 is another. Export it again.',
  )
}

/** `letters`, or one split of it: `letters@evaluation`. */
function parseName(name: string): { dataset: string; split?: Split } {
  const [dataset = '', said, ...more] = name.split('@')
  if (said === undefined) return { dataset }
  const split = Split.safeParse(said)
  if (split.success && more.length === 0) return { dataset, split: split.data }
  throw new UserFacingError(
    'split-unknown',
    `Name a dataset, or one split of it: ${dataset || 'letters'}@evaluation, @test or @audit.`,
  )
}
