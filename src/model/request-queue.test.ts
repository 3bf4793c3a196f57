import { setImmediate as tick } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ModelLimits } from '../schema/config.ts'
import type { Clock } from './clock.ts'
import { createRequestQueue } from './request-queue.ts'
import type { Ticket } from './request-queue.ts'

type Limits = Parameters<typeof ModelLimits.parse>[0]

/** Time goes on only when told to. */
function manualClock() {
  let now = 0
  const sleepers = new Set<{ at: number; wake(): void }>()
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: now + ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          reject(signal.reason)
        })
      }),
  }
  async function pass(ms: number): Promise<void> {
    now += ms
    for (const sleeper of sleepers) {
      if (sleeper.at > now) continue
      sleepers.delete(sleeper)
      sleeper.wake()
    }
    await tick()
  }
  return { clock, pass, timers: () => sleepers.size }
}

const us = 'us'

function queueOf(limits: Record<string, Limits>) {
  const { clock, pass, timers } = manualClock()
  const queue = createRequestQueue(clock)
  for (const [lane, own] of Object.entries(limits)) queue.join(lane, ModelLimits.parse(own))
  const begun: string[] = []
  const enter = async (name: string, own: Partial<Ticket> = {}) => {
    const place = { document: 0, part: 0 }
    const ticket = { owner: us, lane: 'a', agent: 'x', place, tokens: 1, isRetry: false }
    const turn = await queue.enter({ ...ticket, patienceMs: 60_000, ...own })
    begun.push(name)
    return turn
  }
  return { queue, enter, begun, pass, timers }
}

test('lets requests go at once while nothing limits them', async () => {
  const { enter, begun, timers } = queueOf({ a: { concurrency: 3 } })
  await Promise.all([enter('1'), enter('2'), enter('3')])
  void enter('4')
  await tick()
  expect(begun).toEqual(['1', '2', '3'])
  expect(timers()).toBe(0)
})

test('agents take turns, and a retry goes before the other requests of its agent', async () => {
  const { enter, begun } = queueOf({ a: { concurrency: 1 } })
  const first = await enter('first')
  const after = (name: string, own: Partial<Ticket>) =>
    void enter(name, own).then((turn) => turn.leave(null))
  after('x1', { agent: 'x' })
  after('x2', { agent: 'x' })
  after('x3', { agent: 'x' })
  after('y1', { agent: 'y' })
  after('x again', { agent: 'x', isRetry: true })
  first.leave(null)
  await tick()
  expect(begun).toEqual(['first', 'x again', 'y1', 'x1', 'x2', 'x3'])
})

test('earlier documents go first, then earlier parts; agents take turns within a part', async () => {
  const { enter, begun } = queueOf({ a: { concurrency: 1 } })
  const first = await enter('first')
  const after = (name: string, agent: string, [document = 0, part = 0]: number[]) =>
    void enter(name, { agent, place: { document, part } }).then((turn) => turn.leave(null))
  after('x of 1.0', 'x', [1, 0])
  after('x of 0.1', 'x', [0, 1])
  after('x of 0.0', 'x', [0, 0])
  after('x of 0.0 too', 'x', [0, 0])
  after('y of 0.0', 'y', [0, 0])
  after('y of 0.1', 'y', [0, 1])
  first.leave(null)
  await tick()
  expect(begun).toEqual([
    'first',
    'x of 0.0',
    'y of 0.0',
    'x of 0.0 too',
    'x of 0.1',
    'y of 0.1',
    'x of 1.0',
  ])
})

test('what is not admitted holds back what its owner sends after it, until it is looked at again', async () => {
  const { queue, enter, begun, timers } = queueOf({ a: { requestsPerMinute: 10 } })
  let isOpen = false
  void enter('1', { admit: () => isOpen })
  void enter('2', { agent: 'y' })
  void enter('of others', { agent: 'y', owner: 'others' })
  await tick()
  expect([begun, timers()]).toEqual([['of others'], 0])
  isOpen = true
  queue.look()
  await tick()
  expect(begun).toEqual(['of others', '1', '2'])
})

test('what is refused is of one owner', async () => {
  const { queue, enter, begun } = queueOf({ a: { concurrency: 1 } })
  const first = await enter('first')
  const ours = enter('ours')
  void enter('of others', { owner: 'others' })
  queue.refuse(us, new Error('Enough.'))
  await expect(ours).rejects.toThrow('Enough.')
  first.leave(null)
  await tick()
  expect(begun).toEqual(['first', 'of others'])
})

test('keeps to requests per minute', async () => {
  const { enter, begun, pass } = queueOf({ a: { requestsPerMinute: 2 } })
  for (const name of ['1', '2', '3', '4', '5']) void enter(name)
  await pass(59_999)
  expect(begun).toEqual(['1', '2'])
  await pass(1)
  expect(begun).toEqual(['1', '2', '3', '4'])
})

test('keeps to tokens per minute, by what requests took instead of what was expected', async () => {
  const { enter, begun, pass } = queueOf({ a: { tokensPerMinute: 100 } })
  const first = await enter('1', { tokens: 90 })
  void enter('2', { tokens: 50 })
  await tick()
  expect(begun).toEqual(['1'])
  first.leave(40)
  await tick()
  expect(begun).toEqual(['1', '2'])
  void enter('3', { tokens: 30 })
  await pass(60_000)
  expect(begun).toEqual(['1', '2', '3'])
})

test('a lane keeps to its own limits, all together to the largest', async () => {
  const { enter, begun } = queueOf({ a: { concurrency: 1 }, b: { concurrency: 3 } })
  for (const name of ['a1', 'a2', 'b1', 'b2', 'b3']) void enter(name, { lane: name.slice(0, 1) })
  await tick()
  expect(begun).toEqual(['a1', 'b1', 'b2'])
})

test('a pause holds everything back; what is not that patient is rejected', async () => {
  const { queue, enter, begun, pass, timers } = queueOf({ a: { concurrency: 1 } })
  const first = await enter('1')
  void enter('patient')
  const impatient = enter('impatient', { patienceMs: 1000 })
  queue.pause(30_000, new Error('too long'))
  await expect(impatient).rejects.toThrow('too long')
  await expect(enter('later', { patienceMs: 1000 })).rejects.toThrow('too long')
  first.leave(null)
  await pass(29_999)
  expect(begun).toEqual(['1'])
  await pass(1)
  expect(begun).toEqual(['1', 'patient'])
  expect(timers()).toBe(0)
})

test('what is given up leaves the queue, and no timer behind', async () => {
  const { queue, enter, begun, timers } = queueOf({ a: {} })
  queue.pause(30_000, new Error('too long'))
  const stop = new AbortController()
  const waiting = enter('1', { signal: stop.signal })
  expect(timers()).toBe(1)
  stop.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  const other = enter('2')
  queue.refuse(us, new Error('no more'))
  await expect(other).rejects.toThrow('no more')
  expect(begun).toEqual([])
  expect(timers()).toBe(0)
})
