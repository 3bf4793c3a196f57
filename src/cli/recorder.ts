import PQueue from 'p-queue'
import type { FinishedEvaluation } from '../evaluation/record-evaluation.ts'
import { type NewVersion, readVersion } from '../flow/flow-version.ts'
import { stackOf, UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import type { FinishedReview } from '../review/record-review.ts'
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

  function add(keep: (version: NewVersion | null) => Promise<void>): void {
    const task = async (): Promise<void> => {
      // What comes after one that could not be recorded would tell the same.
      if (isHindered) return
      try {
        if (await local.isMade()) await keep(await version)
      } catch (error) {
        isHindered = true
        io.stderr.write(hindrance(error))
      }
    }
    void queue.add(task)
  }
  return {
    review(finished) {
      add(async (version) => {
        // The store made by this run itself: no server has it.
        if (version === null) return
        const { recordReviewHere } = await import('./record-here.ts')
        await recordReviewHere({ local, io }, { ...finished, version })
      })
    },
    evaluation(finished) {
      add(async (version) => {
        if (flow !== null && version === null) return
        const { recordEvaluationHere } = await import('./record-here.ts')
        await recordEvaluationHere({ local, io }, { ...finished, version })
      })
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

function hindrance(error: unknown): string {
  if (error instanceof UserFacingError) {
    return `Warning: not recorded for the page: ${printable(error.message)} [${error.code}]\n`
  }
  return `Warning: not recorded for the page, by an error inside Proofloop; please report it. [internal]\n${stackOf(error)}\n`
}
