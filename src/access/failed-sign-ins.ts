import type { Store } from '../store/store.ts'
import { record } from './audit.ts'

/** Tells the audit log of passwords that were wrong. */
export type FailedSignIns = {
  /** @param email as it was typed; it is not kept */
  tell(email: string): Promise<void>
}

const windowMs = 60 * 60_000
/** An hour, for each person and for all addresses that nobody has: a guesser must not fill the disk. */
const entriesAtMost = 10

type Window = { since: number; entries: number; leftOut: number }

export function createFailedSignIns(
  store: Pick<Store, 'audit' | 'people'>,
  now: () => number = Date.now,
): FailedSignIns {
  const windows = new Map<string, Window>()
  return {
    async tell(email) {
      const people = await store.people.list()
      const person = people.find((known) => known.email.toLowerCase() === email.toLowerCase())
      const subject = person?.id ?? 'nobody'
      const before = windows.get(subject)
      if (before !== undefined && now() - before.since < windowMs) {
        if (before.entries >= entriesAtMost) {
          before.leftOut += 1
          return
        }
        before.entries += 1
      } else {
        windows.set(subject, { since: now(), entries: 1, leftOut: 0 })
      }
      const leftOut = before?.leftOut ?? 0
      const details = leftOut > 0 ? { leftOut } : undefined
      await record(store, { id: 'nobody' }, { action: 'sign-in-failed', subject, details })
    },
  }
}
