/** Work that several wait for: it is done once, and given up when nobody waits any more. */
export type SharedWork<T> = {
  /** Joins the work of that key, or begins it. Rejects with the signal's reason when it aborts. */
  join(
    key: string,
    how: { begin: Begin<T>; signal?: AbortSignal },
  ): { isNew: boolean; done: Promise<T> }
  /** Gives everything up. */
  abort(reason: unknown): void
  /** When all that was begun has ended, also what was given up. */
  idle(): Promise<void>
}

type Begin<T> = (signal: AbortSignal) => Promise<T>
type Job<T> = { result: Promise<T>; controller: AbortController; waiting: number }

export function createSharedWork<T>(): SharedWork<T> {
  const jobs = new Map<string, Job<T>>()
  const underWay = new Set<Promise<T>>()

  function beginJob(key: string, begin: Begin<T>): Job<T> {
    const controller = new AbortController()
    const job: Job<T> = { result: begin(controller.signal), controller, waiting: 0 }
    jobs.set(key, job)
    underWay.add(job.result)
    const forget = (): void => {
      underWay.delete(job.result)
      if (jobs.get(key) === job) jobs.delete(key)
    }
    job.result.then(forget, forget)
    return job
  }

  function wait(key: string, job: Job<T>, signal: AbortSignal | undefined): Promise<T> {
    job.waiting += 1
    if (!signal) return job.result
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        job.waiting -= 1
        // Whoever comes now begins anew: what is being given up will not be done.
        if (job.waiting === 0) {
          if (jobs.get(key) === job) jobs.delete(key)
          job.controller.abort(signal.reason)
        }
        reject(signal.reason)
      }
      signal.addEventListener('abort', abort, { once: true })
      job.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
    })
  }

  return {
    join(key, { begin, signal }) {
      const known = jobs.get(key)
      const job = known ?? beginJob(key, begin)
      return { isNew: known === undefined, done: wait(key, job, signal) }
    },
    abort(reason) {
      for (const { controller } of jobs.values()) controller.abort(reason)
    },
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
  }
}
