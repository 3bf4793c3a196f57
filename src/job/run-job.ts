import { isStoreFailure, UserFacingError } from '../lib/errors.ts'
import type { JobData, WorkOptions } from './jobs.ts'

export type RunningJob = {
  id: string
  data: JobData
  /** From 1; a run that was returned does not count. */
  attempt: number
  /** Aborted when the job is cancelled, is lost to another runner, or must be returned. */
  signal: AbortSignal
}

export type JobHandler = (job: RunningJob) => Promise<void>

/** @param job undefined when the queues themselves are hindered */
export type FailureReport = (
  error: unknown,
  job?: { queue: string; id: string; attempt: number },
) => void

/**
 * `returned`: it was stopped by us and is to be run again as if it had not begun. `postponed`: the same,
 * somewhat later, because the store did not let it go on.
 */
export type Outcome =
  | { kind: 'done' | 'returned' | 'lost' }
  | { kind: 'retry' | 'failed' | 'postponed'; code: string }

/** Why a job's signal is aborted: it is not ours any more, or we stop. */
export class JobStopped extends Error {
  readonly why: 'lost' | 'returned'

  constructor(why: 'lost' | 'returned') {
    super(why === 'lost' ? 'The job was cancelled or taken over.' : 'The job is to be run later.')
    this.name = 'JobStopped'
    this.why = why
  }
}

type Run = Pick<WorkOptions, 'crashed'> & {
  queue: string
  job: RunningJob
  attempts: number
  handler: JobHandler
  report: FailureReport
}

/** The one catch of the background: whatever a handler throws becomes a code. */
export async function runJob(run: Run): Promise<Outcome> {
  const { queue, job, attempts, handler, crashed, report } = run
  try {
    // Every run before this one ended with its process.
    if (job.attempt > attempts) {
      const code = 'job-crashed'
      await crashed?.(job, code)
      return { kind: 'failed', code }
    }
    await handler(job)
    return { kind: 'done' }
  } catch (error) {
    const reason: unknown = job.signal.aborted ? job.signal.reason : undefined
    if (reason instanceof JobStopped) return { kind: reason.why }
    report(error, { queue, id: job.id, attempt: job.attempt })
    if (isStoreFailure(error)) return { kind: 'postponed', code: error.code }
    const code = error instanceof UserFacingError ? error.code : 'internal'
    return { kind: job.attempt < attempts ? 'retry' : 'failed', code }
  }
}
