import { setTimeout } from 'node:timers/promises'
import type { PackedBundle } from '../../flow/bundle.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import type { BundleEntry } from '../../schema/api/bundles.ts'
import type { EvaluationEntry } from '../../schema/api/evaluations.ts'
import type { Io } from '../io.ts'
import { createProgress, type Progress } from '../progress.ts'
import type { Remote } from './remote.ts'
import { wasNotSent } from './server-faults.ts'

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

export type Start = { dataset: string; bundle: string; agents?: string[]; repeats?: number }

/** Sent again, it looks first whether the server has begun: an answer may be lost on its way. */
export async function startEvaluationThere(
  { client, person, patience, signal }: Remote,
  start: Start,
): Promise<EvaluationEntry> {
  const mine = async (): Promise<EvaluationEntry[]> => {
    const { items } = await client.evaluations.list({ limit: 50 }, { signal })
    return items.filter(({ startedBy }) => startedBy.id === person)
  }
  const before = new Set((await patience.ask(mine)).map(({ id }) => id))
  let sent = false
  return patience.ask(async () => {
    const begun = sent ? (await mine()).find(({ id }) => !before.has(id)) : undefined
    if (begun !== undefined) return begun
    try {
      return await client.evaluations.start(start, { signal })
    } catch (error) {
      sent ||= !wasNotSent(error)
      throw error
    }
  })
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

/** Although our own requests are at an end. False when the server did not hear of it. */
export async function stopEvaluationThere(
  { client }: Pick<Remote, 'client'>,
  evaluation: string,
): Promise<boolean> {
  try {
    await client.evaluations.stop({ evaluation }, { signal: AbortSignal.timeout(lastWords) })
    return true
  } catch {
    return false
  }
}
