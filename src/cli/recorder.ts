import { existsSync } from 'node:fs'
import path from 'node:path'
import PQueue from 'p-queue'
import { localPerson } from '../access/local-person.ts'
import { type FinishedEvaluation, recordEvaluation } from '../evaluation/record-evaluation.ts'
import { type NewVersion, readVersion } from '../flow/flow-version.ts'
import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import { type FinishedReview, recordReview } from '../review/record-review.ts'
import type { Permission } from '../schema/access.ts'
import type { Blobs } from '../store/blobs/blobs.ts'
import { openBlobs } from '../store/blobs/open-blobs.ts'
import type { Store } from '../store/store.ts'
import type { Io } from './io.ts'
import type { LocalStore } from './local-store.ts'
import { version as engine } from './version.ts'

/**
 * Puts what was run here where the page of a server shows it, behind everything else. What hinders that
 * is one line; the run is none the worse for it.
 */
export type Recorder = {
  review(finished: Omit<FinishedReview, 'version'>): void
  evaluation(finished: Omit<FinishedEvaluation, 'version'>): void
  /** Waits for what is to be recorded. */
} & AsyncDisposable

type RecorderOptions = {
  record: boolean
  /** Null for recorded outputs, which come from no flow. */
  flow: { directory: string; paragraphsPerChunk: number } | null
}

export function createRecorder(
  { record, flow }: RecorderOptions,
  local: LocalStore,
  io: Io,
): Recorder {
  const queue = new PQueue({ concurrency: 1 })
  let isHindered = !record
  // Before the run, which may take hours in which the flow's files are edited.
  const version = record && flow !== null ? versionIfShown(flow, local) : Promise.resolve(null)
  version.catch(() => {})

  function add(permissions: Permission[], keep: (place: Place) => Promise<void>): void {
    // What waited when one could not be recorded would tell the same.
    const task = async (): Promise<void> => {
      if (isHindered) return
      try {
        const place = await openPlace(local, { permissions, version: await version, io })
        if (place !== null) await keep(place)
      } catch (error) {
        isHindered = true
        io.stderr.write(hindrance(error))
      }
    }
    void queue.add(task)
  }
  return {
    review(finished) {
      add(['documents:upload', 'reviews:run'], async ({ store, person, version, io }) => {
        if (version === null) return
        const blobs = await openFiles(local, io)
        const splitKey = String(await store.settings.get('split-key'))
        await recordReview({ store, blobs, splitKey }, person, { ...finished, version })
      })
    },
    evaluation(finished) {
      add(['evaluations:run'], ({ store, person, version }) =>
        recordEvaluation(store, person.id, { ...finished, version }),
      )
    },
    [Symbol.asyncDispose]: () => queue.onIdle(),
  }
}

/** Null where no page will show it. */
async function versionIfShown(
  { directory, paragraphsPerChunk }: NonNullable<RecorderOptions['flow']>,
  local: LocalStore,
): Promise<NewVersion | null> {
  if (!(await local.isMade())) return null
  return readVersion(directory, { engine: engine(), paragraphsPerChunk })
}

type Place = { store: Store; person: Person; version: NewVersion | null; io: Io }
type Person = NonNullable<Awaited<ReturnType<typeof localPerson>>>

/** Null where there is no store, or no server was started on it yet. */
async function openPlace(
  local: LocalStore,
  { permissions, version, io }: { permissions: Permission[]; version: NewVersion | null; io: Io },
): Promise<Place | null> {
  if (!(await local.isMade())) return null
  const store = await local.open()
  const person = await localPerson(store, { key: io.env['PROOFLOOP_API_KEY'], permissions })
  return person && { store, person, version, io }
}

/** A file that the servers of a shared database do not find would be a document without one. */
async function openFiles(local: LocalStore, io: Io): Promise<Blobs> {
  const { dataFolder } = local
  const isBucket = Boolean(io.env['S3_BUCKET'])
  if (isBucket || !(await local.isShared()) || existsSync(path.join(dataFolder, 'blobs'))) {
    return openBlobs({ dataFolder, env: io.env })
  }
  throw new UserFacingError(
    'files-elsewhere',
    'The files of the servers of this database are not in this data folder. Name theirs with --data, or their bucket in S3_BUCKET.',
  )
}

function hindrance(error: unknown): string {
  if (error instanceof UserFacingError) {
    return `Warning: not recorded for the page: ${printable(error.message)} [${error.code}]\n`
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `Warning: not recorded for the page, by an error inside Proofloop; please report it. [internal]\n${detail}\n`
}
