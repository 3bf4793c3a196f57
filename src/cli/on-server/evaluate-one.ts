import { setTimeout } from 'node:timers/promises'
import { ORPCError } from '@orpc/client'
import type { PackedBundle } from '../../flow/bundle.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import type { BundleEntry } from '../../schema/api/bundles.ts'
import type { EvaluationEntry } from '../../schema/api/evaluations.ts'
import type { Io } from '../io.ts'
import { createProgress, type Progress } from '../progress.ts'
import type { Remote } from './remote.ts'

/** Milliseconds for what is asked although the person has had enough. */
const lastWords = 5_000
/** Milliseconds between a stream that ended early and the next. */
const lookAgain = 500

/** @param name of the folder that it was made of */
export async function sendBundle(
  { client, patience, signal }: Remote,
  { bytes, sha256 }: PackedBundle,
  name: string,
): Promise<BundleEntry> {
  const file = new File([Buffer.from(bytes)], name, { type: 'application/json' })
  return patience.ask(() => client.bundles.put({ sha256, file }, { signal }))
}

export type Start = {
  dataset: string
  bundle: string
  agents?: string[]
  repeats?: number
  /** Sent again under it, as when an answer is lost on its way, it is one evaluation. */
  key: string
}

export async function startEvaluationThere(
  { client, patience, signal }: Remote,
  start: Start,
): Promise<EvaluationEntry> {
  return patience.ask(() => client.evaluations.start(start, { signal }))
}

/** Tells how far it is until it has ended, over as many streams as it takes. */
export async function followEvaluation(
  { client, patience, signal }: Remote,
  evaluation: string,
  io: Io,
): Promise<EvaluationEntry> {
  let progress: Progress | undefined
  let newest: EvaluationEntry | undefined
  const tell = (entry: EvaluationEntry): void => {
    newest = entry
    if (entry.runs === null) return
    const { all, done } = entry.runs
    progress ??= createProgress(io, { total: all, done, unit: 'documents' })
    progress.reach(done, printable(entry.dataset))
  }
  try {
    for (;;) {
      await patience.ask(async () => {
        const events = await client.evaluations.events({ evaluation }, { signal })
        for await (const entry of events) {
          patience.answered()
          tell(entry)
        }
      })
      if (newest !== undefined && newest.finishedAt !== null) return newest
      await setTimeout(lookAgain, undefined, { signal })
    }
  } finally {
    progress?.end()
  }
}

/** @throws UserFacingError with the code of what ended it */
export function requireDone({ state, code, reason }: EvaluationEntry): void {
  if (state === 'done') return
  throw new UserFacingError(
    code ?? 'evaluation-not-done',
    printable(reason ?? 'The evaluation has no figures: it is not done.'),
  )
}

/**
 * Although our own requests are at an end; what the server is only about to begin, too. False when the server
 * did not hear of it.
 */
export async function stopEvaluationThere(
  { client }: Pick<Remote, 'client'>,
  evaluation: string,
): Promise<boolean> {
  const signal = AbortSignal.timeout(lastWords)
  for (;;) {
    try {
      await client.evaluations.stop({ evaluation }, { signal })
      return true
    } catch (error) {
      if (signal.aborted || !isNotThere(error)) return false
      await setTimeout(lookAgain)
    }
  }
}

function isNotThere(error: unknown): boolean {
  return error instanceof ORPCError && error.code === 'evaluation-not-found'
}
