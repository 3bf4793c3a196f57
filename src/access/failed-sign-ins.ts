import type { Store } from '../store/store.ts'
import { record } from './audit.ts'

/** Tells the audit log of passwords that were wrong, and of who came back from a provider in vain. */
export type FailedSignIns = {
  /** @param email as it was typed; it is not kept */
  tell(email: string): Promise<void>
  /** @param reason the code in the answer; what a provider sends there may be anything */
  tellOfProvider(reason: string): Promise<void>
}

const windowMs = 60 * 60_000
/**
 * An hour, for each person, for all addresses that nobody has, and for providers: a guesser must not fill
 * the disk.
 */
const entriesAtMost = 10

type Window = { since: number; entries: number; leftOut: number }

export function createFailedSignIns(
  store: Pick<Store, 'audit' | 'people'>,
  now: () => number = Date.now,
): FailedSignIns {
  const windows = new Map<string, Window>()

  /** How many were left out since the last entry; null when this one is to be left out, too. */
  function count(key: string): number | null {
    const before = windows.get(key)
    if (before === undefined || now() - before.since >= windowMs) {
      windows.set(key, { since: now(), entries: 1, leftOut: 0 })
      return before?.leftOut ?? 0
    }
    if (before.entries >= entriesAtMost) {
      before.leftOut += 1
      return null
    }
    before.entries += 1
    return before.leftOut
  }

  async function keep(key: string, subject: string, details: { reason?: string }): Promise<void> {
    const leftOut = count(key)
    if (leftOut === null) return
    const event = { ...details, ...(leftOut > 0 && { leftOut }) }
    await record(store, { id: 'nobody' }, { action: 'sign-in-failed', subject, details: event })
  }

  return {
    async tell(email) {
      const people = await store.people.list()
      const person = people.find((known) => known.email.toLowerCase() === email.toLowerCase())
      const subject = person?.id ?? 'nobody'
      await keep(subject, subject, {})
    },
    async tellOfProvider(reason) {
      const code = /^[a-z_]{1,60}$/.test(reason) ? reason : 'other'
      await keep('provider', 'provider', { reason: code })
    },
  }
}
