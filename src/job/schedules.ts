import { Cron } from 'croner'
import type { JobData } from './jobs.ts'
import { scheduledJob, type FullJob } from './new-job.ts'
import type { FailureReport } from './run-job.ts'

type Adding = { add: (queue: string, job: FullJob) => Promise<unknown>; report: FailureReport }

/** Times of cron patterns in UTC, which end with it. */
export class Schedules implements Disposable {
  readonly #adding: Adding
  readonly #crons: Cron[] = []

  constructor(adding: Adding) {
    this.#adding = adding
  }

  start({ queue, pattern, data }: { queue: string; pattern: string; data: JobData }): void {
    const cron = new Cron(pattern, { timezone: 'UTC' }, () => {
      // What the timer stood for, however late it rang: every process must name the same time.
      const time = timeOf(cron, Date.now())
      if (time === null) return
      this.#adding.add(queue, scheduledJob(queue, time, data)).catch((error: unknown) => {
        this.#adding.report(error)
      })
    })
    this.#crons.push(cron)
  }

  [Symbol.dispose](): void {
    for (const cron of this.#crons) cron.stop()
  }
}

/** The newest time of a pattern, as of a moment (UTC epoch milliseconds) that may be that time itself. */
export function timeOf(cron: Pick<Cron, 'previousRuns'>, moment: number): Date | null {
  // Croner means times before the one it is given: a timer that rings on the dot would stand for the last one.
  return cron.previousRuns(1, new Date(moment + 1))[0] ?? null
}
