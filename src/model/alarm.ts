import type { Clock } from './clock.ts'

/** Rings once, at the earliest time that it was set to. */
export type Alarm = { set(at: number): void; cancel(): void }

export function createAlarm(clock: Clock, ring: () => void): Alarm {
  let next: { at: number; controller: AbortController } | null = null
  const cancel = (): void => {
    next?.controller.abort()
    next = null
  }
  return {
    set(at) {
      if (next && next.at <= at) return
      cancel()
      const controller = new AbortController()
      next = { at, controller }
      clock.sleep(at - clock.now(), controller.signal).then(
        () => {
          next = null
          ring()
        },
        // It was cancelled.
        () => undefined,
      )
    },
    cancel,
  }
}
