import { setTimeout } from 'node:timers/promises'
import { JobStopped } from './run-job.ts'

/** In milliseconds; what a handler gets to end after its signal. */
const farewell = 5000

/** One run of a job, and whose it is. */
type Run = { id: string; attempt: number; group: string | null }
type Entry = Run & { controller: AbortController; ended: Promise<unknown> }

/** The jobs that this process runs now, and the way to stop them. */
export class RunningJobs {
  readonly #entries = new Map<string, Entry>()

  get size(): number {
    return this.#entries.size
  }

  get runs(): Run[] {
    return [...this.#entries.values()]
  }

  /** Groups that have so many or more. */
  groupsWith(count: number): string[] {
    const groups = this.runs.flatMap(({ group }) => group ?? [])
    return [...new Set(groups)].filter(
      (name) => groups.filter((group) => group === name).length >= count,
    )
  }

  /** Runs `work`, which never rejects. */
  run<T>(run: Run, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController()
    const ended = work(controller.signal).finally(() => this.#entries.delete(run.id))
    this.#entries.set(run.id, { ...run, controller, ended })
    return ended
  }

  /** It was cancelled, or another runner has it. */
  lose(id: string): void {
    this.#entries.get(id)?.controller.abort(new JobStopped('lost'))
  }

  /** Waits for all, and after the grace asks them to stop, so that they can be returned. */
  async drain(grace: number): Promise<void> {
    await this.#allEnded(grace)
    for (const { controller } of this.#entries.values()) {
      controller.abort(new JobStopped('returned'))
    }
    await this.#allEnded(farewell)
  }

  async #allEnded(milliseconds: number): Promise<void> {
    if (this.#entries.size === 0) return
    const timer = new AbortController()
    const timeout = setTimeout(milliseconds, undefined, { signal: timer.signal }).catch(() => {})
    await Promise.race([
      Promise.allSettled([...this.#entries.values()].map(({ ended }) => ended)),
      timeout,
    ])
    timer.abort()
  }
}
