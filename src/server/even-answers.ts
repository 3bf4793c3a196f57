import { setTimeout } from 'node:timers/promises'
import type { MiddlewareHandler } from 'hono'
import { maySeeSplit } from '../access/document-rights.ts'
import type { Env } from './request-context.ts'

/** Milliseconds. */
export type Clock = { now: () => number; sleep: (milliseconds: number) => Promise<unknown> }

const steps = [20, 40, 80, 160]
const longest = 160

/**
 * When an answer that is ready goes out, both in milliseconds since its request came: after 20, 40, 80 or 160, and then
 * with each further 160. The fewer moments there are, the less an answer tells of how long it took (Askarov, Zhang &
 * Myers, "Predictive black-box mitigation of timing channels", CCS 2010).
 */
export function leavesAfter(ready: number): number {
  const step = steps.find((one) => ready <= one)
  return step ?? Math.ceil(ready / longest) * longest
}

/**
 * Keeps from whoever may not read all rows how long the work for an answer took: with hidden rows a tree of an index can
 * be a page deeper. Whoever may read all of them waits for nothing. Nothing of the store is held meanwhile.
 */
export function evenAnswers({ now, sleep }: Clock = machineClock): MiddlewareHandler<Env> {
  return async (c, next) => {
    const start = now()
    await next()
    const step = leavesAfter(now() - start)
    c.set('ready', step)
    const actor = c.get('context')?.actor
    if (actor !== undefined && maySeeSplit(actor)) return
    const end = start + step
    // A timer begins at the loop's time, which is behind, and so may end before.
    while (now() < end) await sleep(Math.ceil(end - now()))
  }
}

export const machineClock: Clock = { now: () => performance.now(), sleep: (ms) => setTimeout(ms) }
