import type { JobRows } from '../store/jobs.ts'
import { fullJob, settingsOf } from './new-job.ts'
import { JobRunners } from './job-runners.ts'
import type { Jobs, JobsOptions } from './jobs.ts'
import { Schedules } from './schedules.ts'

export type StoredJobsOptions = JobsOptions & {
  rows: JobRows
  /** Nobody else runs jobs of this store: those that run are left over from a process that died. */
  alone: boolean
  /** UTC epoch milliseconds. */
  now?: () => number
}

/** Jobs as rows of a SQLite store, run in this process. */
export async function createStoredJobs(options: StoredJobsOptions): Promise<Jobs> {
  const { rows, report, alone, now = Date.now } = options
  if (alone) await rows.expireLeases()
  const runners = new JobRunners({ ...options, now })
  const schedules = new Schedules({ add: (queue, job) => rows.add({ queue, ...job }), report })
  return {
    async add(queue, job) {
      settingsOf(options, queue)
      const id = await rows.add({ queue, ...fullJob(job) })
      runners.wake(queue)
      return id
    },
    async steps(queue, job) {
      settingsOf(options, queue)
      return [rows.addStep({ queue, ...fullJob(job) })]
    },
    async find(queue, id) {
      const job = await rows.find(queue, id)
      if (job === null) return null
      const { state, attempt, errorCode } = job
      return { id, state, attempt, errorCode }
    },
    async cancel(queue, id) {
      const cancelled = await rows.cancel(queue, id)
      if (cancelled) runners.lose(id)
      return cancelled
    },
    async remove(queue, id) {
      settingsOf(options, queue)
      await rows.remove(queue, id)
      runners.lose(id)
    },
    async work(queue, work, handler) {
      runners.start({ queue, ...work, handler, attempts: settingsOf(options, queue).attempts })
    },
    schedule(queue, pattern, data) {
      settingsOf(options, queue)
      schedules.start({ queue, pattern, data })
    },
    async [Symbol.asyncDispose]() {
      schedules[Symbol.dispose]()
      await runners[Symbol.asyncDispose]()
    },
  }
}
