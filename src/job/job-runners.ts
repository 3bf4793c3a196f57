import type { JobRows } from '../store/jobs.ts'
import type { JobData, WorkOptions } from './jobs.ts'
import { backoff } from './new-job.ts'
import { runJob, type FailureReport, type JobHandler, type Outcome } from './run-job.ts'
import { RunningJobs } from './running-jobs.ts'

/** In milliseconds; signs of life come five times in a lease. */
const defaultLease = 10_000
/** For jobs of other processes and those that wait for their time; ours wake us. */
const pollEvery = 1000
const defaultGrace = 10_000
const postponedBy = 2000

type RunnersOptions = {
  rows: JobRows
  report: FailureReport
  now: () => number
  grace?: number
  lease?: number
}

type Work = WorkOptions & { queue: string; handler: JobHandler; attempts: number }
type Worker = Work & { running: RunningJobs; claiming: boolean; wanted: boolean }
type Claimed = { id: string; data: JobData; attempt: number; group: string | null }

/** Takes jobs of the store and runs them, a number at once for each queue. */
export class JobRunners implements AsyncDisposable {
  readonly #options: RunnersOptions
  readonly #lease: number
  readonly #workers = new Map<string, Worker>()
  readonly #timers: NodeJS.Timeout[] = []
  #stopping = false

  constructor(options: RunnersOptions) {
    this.#options = options
    this.#lease = options.lease ?? defaultLease
  }

  start(work: Work): void {
    if (this.#workers.has(work.queue))
      throw new Error(`The queue ${work.queue} is worked on already.`)
    if (this.#workers.size === 0) {
      this.#timers.push(setInterval(() => this.#wakeAll(), pollEvery))
      this.#timers.push(setInterval(() => void this.#renewAll(), this.#lease / 5))
    }
    const worker = { ...work, running: new RunningJobs(), claiming: false, wanted: false }
    this.#workers.set(work.queue, worker)
    this.wake(work.queue)
  }

  /** There may be something to do. */
  wake(queue: string): void {
    const worker = this.#workers.get(queue)
    if (worker === undefined || this.#stopping) return
    worker.wanted = true
    if (!worker.claiming) void this.#claimWhileWanted(worker)
  }

  /** Tells the handler of a job that it is not its any more. */
  lose(id: string): void {
    for (const { running } of this.#workers.values()) running.lose(id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true
    const { grace = defaultGrace } = this.#options
    await Promise.all([...this.#workers.values()].map(({ running }) => running.drain(grace)))
    for (const timer of this.#timers) clearInterval(timer)
  }

  #wakeAll(): void {
    for (const queue of this.#workers.keys()) this.wake(queue)
  }

  async #claimWhileWanted(worker: Worker): Promise<void> {
    worker.claiming = true
    try {
      while (worker.wanted && !this.#stopping) {
        worker.wanted = false
        if (worker.running.size < worker.concurrency) await this.#claimOne(worker)
      }
    } catch (error) {
      this.#options.report(error)
    } finally {
      worker.claiming = false
    }
  }

  async #claimOne(worker: Worker): Promise<void> {
    const { rows, now } = this.#options
    const job = await rows.claim({
      queue: worker.queue,
      mine: worker.running.runs.map(({ id }) => id),
      busyGroups: worker.running.groupsWith(worker.perGroup ?? Infinity),
      leaseUntil: now() + this.#lease,
    })
    if (job === null) return
    worker.wanted = true
    const ended = worker.running.run(job, (signal) => this.#run(worker, { job, signal }))
    void ended.then(() => this.wake(worker.queue))
  }

  async #run(
    worker: Worker,
    { job, signal }: { job: Claimed; signal: AbortSignal },
  ): Promise<void> {
    const { report } = this.#options
    const { id, data, attempt } = job
    const outcome = this.#stopping
      ? ({ kind: 'returned' } as const)
      : await runJob({ ...worker, job: { id, data, attempt, signal }, report })
    try {
      await this.#settle(job, outcome)
    } catch (error) {
      // Its lease ends, and it is run again: what cannot be written down has not happened.
      report(error, { queue: worker.queue, id, attempt })
    }
  }

  async #settle({ id, attempt }: Claimed, outcome: Outcome): Promise<void> {
    const { rows, now } = this.#options
    const run = { id, attempt }
    switch (outcome.kind) {
      case 'lost':
        return
      case 'done':
        await rows.settle(run, { state: 'done' })
        return
      case 'failed':
        await rows.settle(run, { state: 'failed', errorCode: outcome.code })
        return
      case 'returned': {
        const again = { errorCode: null, runAt: now(), attempt: attempt - 1 }
        await rows.settle(run, { state: 'waiting', ...again })
        return
      }
      case 'postponed': {
        const again = { errorCode: outcome.code, runAt: now() + postponedBy, attempt: attempt - 1 }
        await rows.settle(run, { state: 'waiting', ...again })
        return
      }
      case 'retry': {
        const again = { errorCode: outcome.code, runAt: now() + backoff(attempt), attempt }
        await rows.settle(run, { state: 'waiting', ...again })
        return
      }
    }
  }

  async #renewAll(): Promise<void> {
    const { rows, now, report } = this.#options
    for (const { running } of this.#workers.values()) {
      const { runs } = running
      try {
        const kept = new Set(await rows.renew(runs, now() + this.#lease))
        const lost = runs.filter(({ id }) => !kept.has(id))
        // What ended meanwhile is not running any more, and so cannot be lost.
        for (const { id } of lost) running.lose(id)
      } catch (error) {
        report(error)
      }
    }
  }
}
