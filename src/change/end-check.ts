import { isStoreFailure, UserFacingError } from '../lib/errors.ts'
import type { ChangeCheck } from '../schema/stored-change.ts'
import type { CheckEnd } from '../store/changes.ts'
import type { ChangeHost } from './change-host.ts'

type Host = Pick<ChangeHost, 'store' | 'report'>
type Ending = Pick<CheckEnd, 'outcome'> & Partial<CheckEnd>

/** What has ended never changes: the first end stays. */
export async function endCheck(
  { store }: Pick<Host, 'store'>,
  { change, tree, name, attempt, subject }: ChangeCheck,
  end: Ending,
): Promise<void> {
  const nothing = { cause: null, summary: null, log: null, subject }
  await store.changes.endCheck({ change, tree, name, attempt }, { ...nothing, ...end })
}

/** Codes after which a check is neither passed nor failed: it is gone on with later. */
const passing = new Set(['gates-waiting', 'forge-unavailable'])

/**
 * Runs part of a check. What hinders it ends it, so that it is told, and tried again where that helps; but for
 * what goes away by itself, and a server that stops.
 */
export async function endingWhatFails(
  host: Host,
  { check, signal }: { check: ChangeCheck; signal: AbortSignal },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    signal.throwIfAborted()
    if (isStoreFailure(error)) throw error
    if (error instanceof UserFacingError) {
      if (passing.has(error.code)) return
      await endCheck(host, check, { outcome: 'fail', cause: error.code, summary: error.message })
      return
    }
    host.report(error)
    const summary = 'Something went wrong inside Proofloop; its log has more.'
    await endCheck(host, check, { outcome: 'fail', cause: 'internal', summary })
  }
}
