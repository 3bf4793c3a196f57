import { setTimeout } from 'node:timers/promises'

/** Tells those that follow a review in this process that something was kept. */
export type ReviewSignals = {
  wake(review: string): void
  listen(review: string): Listener
}

type Listener = {
  /** Until something was kept since the last time, or the interval has passed, or the signal aborts. */
  next(signal: AbortSignal): Promise<void>
} & Disposable

/** @param interval in milliseconds, at which other processes' work is looked for */
export function createReviewSignals(interval: number): ReviewSignals {
  const listeners = new Map<string, Set<() => void>>()
  return {
    wake(review) {
      for (const listener of listeners.get(review) ?? []) listener()
    },
    listen(review) {
      let heard = false
      let timer = new AbortController()
      const listener = (): void => {
        heard = true
        timer.abort()
      }
      const those = listeners.get(review) ?? new Set()
      listeners.set(review, those.add(listener))
      return {
        async next(signal) {
          timer = new AbortController()
          if (!heard) await sleep(interval, AbortSignal.any([signal, timer.signal]))
          heard = false
        },
        [Symbol.dispose]() {
          those.delete(listener)
          if (those.size === 0) listeners.delete(review)
        },
      }
    },
  }
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
