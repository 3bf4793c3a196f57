import { afterEach, expect, test, vi } from 'vitest'
import type { NewAuditEvent } from '../schema/audit.ts'
import { createWindows, type ToldAgain } from './audit-windows.ts'

afterEach(() => {
  vi.useRealTimers()
})

function windowsOf({ thingsAtMost }: { thingsAtMost?: number } = {}) {
  const log: string[] = []
  const append = async (events: NewAuditEvent[]): Promise<number[]> =>
    events.map(({ subject }) => log.push(subject))
  const windows = createWindows({ append, now: () => Date.now(), thingsAtMost })
  const event = (subject: string) => ({ actor: 'ann', action: 'hidden-read' as const, subject })
  const againOf = ({ things, times, entry }: ToldAgain) =>
    event(`${things.join('+')} again ${times} times after ${entry}`)
  const tell = (...things: string[]) =>
    windows.appendNew(things, {
      eventOf: (fresh) => event(fresh.join('+')),
      againOf,
      withinMs: 600_000,
    })
  return { log, tell, windows }
}

test('a window that nobody tells anything after ends by itself', async () => {
  vi.useFakeTimers()
  const { log, tell } = windowsOf()
  await tell('a', 'b')
  await vi.advanceTimersByTimeAsync(300_000)
  await tell('c')
  await tell('a', 'c')
  expect(log).toEqual(['a+b', 'c'])
  await vi.advanceTimersByTimeAsync(301_000)
  expect(log).toEqual(['a+b', 'c', 'a again 1 times after 1'])
  await vi.advanceTimersByTimeAsync(301_000)
  expect(log.slice(3)).toEqual(['c again 1 times after 2'])
  expect(vi.getTimerCount()).toBe(0)
})

test('the oldest windows end early when there are too many: what is told then has an entry of its own', async () => {
  const { log, tell, windows } = windowsOf({ thingsAtMost: 2 })
  await tell('a')
  await tell('a')
  await tell('b')
  await tell('c')
  await tell('b')
  await tell('a')
  await tell('b')
  await windows.endWindows()
  const told = log.reduce((sum, entry) => sum + Number(/again (\d+)/u.exec(entry)?.[1] ?? 1), 0)
  expect([told, log.filter((entry) => entry === 'a').length]).toEqual([7, 2])
})
