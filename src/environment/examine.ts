import { UserFacingError } from '../lib/errors.ts'
import type { DoctorCheck, DoctorReport } from '../schema/doctor.ts'
import { type Check, type DoctorHost, fail, type Finding, type Need, skipped } from './check.ts'

const defaultLimit = 20_000

type Examination = {
  /** Ends it; then its reason is thrown. */
  signal?: AbortSignal
  /** An error that is no user's is told here, never in the report. */
  report: (error: unknown, check: string) => void
}

/**
 * Runs all checks side by side, each with its time.
 * @returns what each found, in the order of the checks
 */
export async function examine(
  host: DoctorHost,
  checks: readonly Check[],
  options: Examination,
): Promise<DoctorReport> {
  const checkedAt = host.now()
  const results = await Promise.all(checks.map((check) => runCheck(host, check, options)))
  const result = results.some((check) => check.result === 'fail') ? 'fail' : 'pass'
  return { environment: host.environment.name, result, checkedAt, checks: results }
}

async function runCheck(
  host: DoctorHost,
  check: Check,
  { report, signal }: Examination,
): Promise<DoctorCheck> {
  const begun = performance.now()
  const finding = await findInTime(host, check, signal).catch((error: unknown) => {
    signal?.throwIfAborted()
    if (error instanceof UserFacingError) return findingOf(error)
    report(error, check.name)
    return fail(
      'It failed in a way that Proofloop did not expect.',
      'The log says more; please report it.',
    )
  })
  return { name: check.name, ...finding, milliseconds: Math.round(performance.now() - begun) }
}

/** Such a message says what is the matter, and then what to do. */
function findingOf({ message }: UserFacingError): Finding {
  const [what = message, ...rest] = message.split(/(?<=\.) (?=[A-Z])/u)
  return fail(what, rest.join(' ') || 'Mend that, and check again.')
}

/** What goes on after its time is told to end, and nobody waits for it. */
async function findInTime(host: DoctorHost, check: Check, signal?: AbortSignal): Promise<Finding> {
  const { limit = defaultLimit } = check
  signal?.throwIfAborted()
  const over = new AbortController()
  const late = Promise.withResolvers<Finding>()
  const timer = setTimeout(() => {
    const seconds = limit / 1000
    late.resolve(
      fail(
        `It was not done within ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
        'Find out what hangs: the database, the disk, the network or the machine itself.',
      ),
    )
    over.abort(new Error('The check took too long.'))
  }, limit)
  const interrupt = (): void => {
    over.abort(signal?.reason)
    late.reject(signal?.reason)
  }
  signal?.addEventListener('abort', interrupt)
  try {
    return await Promise.race([findUnlessNeeding(host, check, over.signal), late.promise])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', interrupt)
  }
}

async function findUnlessNeeding(
  host: DoctorHost,
  { needs, run }: Check,
  signal: AbortSignal,
): Promise<Finding> {
  for (const need of needs) {
    if (!(await isThere(host, need))) {
      return skipped(`It needs ${words[need]}; see the check ${need}.`)
    }
  }
  return run(host, signal)
}

const words: Record<Need, string> = {
  store: 'the store, which cannot be opened',
  tables: 'tables of this version',
  server: 'a server, which cannot be started',
}

/** Why it is not is told by the check of that name. */
async function isThere(host: DoctorHost, need: Need): Promise<boolean> {
  try {
    await host[need]()
    return true
  } catch (error) {
    if (error instanceof UserFacingError) return false
    throw error
  }
}
