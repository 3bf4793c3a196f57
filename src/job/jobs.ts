import type { Step } from '../store/database.ts'
import type { FailureReport, JobHandler, RunningJob } from './run-job.ts'

/** Ids and hashes only: queues are read by operators, who may see no text. */
export type JobData = Record<string, string>

export type NewJob = {
  data: JobData
  /** While a job of the queue with this key waits or runs, there is no second one. Default: a new one. */
  key?: string
  /** Higher ones go first; default 0. */
  priority?: number
  /** Whose it is; `perGroup` of `work` keeps one's many jobs from holding up everybody's. */
  group?: string
}

export type JobStatus = {
  id: string
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  /** Runs that were begun and not returned. */
  attempt: number
  /** Why the last run failed: a stable code, never a message. */
  errorCode: string | null
}

export type QueueSettings = {
  /** Runs before a job has failed for good; a run that was killed counts. */
  attempts: number
}

export type WorkOptions = {
  /** Jobs that this process runs at once. */
  concurrency: number
  /** How many of those one group may have; default: all. */
  perGroup?: number
  /** Hears of a job that fails because every process that ran it ended amid it, with the code: its handler cannot. */
  crashed?: (job: Pick<RunningJob, 'data'>, code: string) => Promise<void>
}

/**
 * Work in the background that survives a crash: at least once, by one runner at a time, so a handler
 * must not mind what an earlier run of its job has done already. A runner that is killed is noticed
 * after 10 seconds. Every method may throw UserFacingError store-unavailable.
 */
export type Jobs = {
  /** @returns its id, or that of the one with its key that waits or runs */
  add(queue: string, job: NewJob): Promise<string>
  /** The same as steps of a transaction, so that a job is added together with what it is for. */
  steps(queue: string, job: NewJob): Promise<Step[]>
  /** Null when there is none, or it ended more than a week ago. */
  find(queue: string, id: string): Promise<JobStatus | null>
  /** A running one hears of it by its signal, within seconds. False when it had ended. */
  cancel(queue: string, id: string): Promise<boolean>
  /** As if it had never been, whatever its state; a run of it hears of that as of a cancelled one. */
  remove(queue: string, id: string): Promise<void>
  /** Starts to run the jobs of a queue in this process, once for each queue. */
  work(queue: string, options: WorkOptions, handler: JobHandler): Promise<void>
  /**
   * Adds a job at each time of a cron pattern in UTC (seconds may come first), one over all processes
   * that schedule it; none while the one before waits or runs, and none for times when no process ran.
   */
  schedule(queue: string, pattern: string, data: JobData): void
  /** Takes no more jobs, waits for those that run, and after the grace returns them to be run again. */
  [Symbol.asyncDispose](): Promise<void>
}

export type JobsOptions = {
  queues: Record<string, QueueSettings>
  /** PostgreSQL only: use queues that a server has made, and make, change and tidy nothing. */
  asTheyAre?: boolean
  /** For the log: every run that failed, and what hinders the queues. */
  report: FailureReport
  /** In milliseconds; how long jobs that run may go on once all is to stop. Default 10 s. */
  grace?: number
  /**
   * SQLite only, in milliseconds: after so long without a sign of life a process counts as dead and its
   * jobs are run by another. Default 10 s.
   */
  lease?: number
}
