import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { UserFacingError } from '../lib/errors.ts'
import { openStore, type StoreOptions } from '../store/open-store.ts'
import { newReview, prepare } from '../store/store-samples.ts'
import type { Jobs, JobStatus } from './jobs.ts'
import { scheduledJob } from './new-job.ts'
import { openJobs } from './open-jobs.ts'
import type { FailureReport, RunningJob } from './run-job.ts'

/** An empty place that several processes may open at once. */
export type JobPlace = { store: StoreOptions; lease?: number } & AsyncDisposable

export const jobQueues = { review: { attempts: 3 }, index: { attempts: 2 } }

type Opening = { report?: FailureReport; grace?: number }

async function open(place: JobPlace, { report = () => {}, grace }: Opening = {}) {
  const store = await openStore(place.store)
  const { databaseUrl } = place.store
  const jobs = await openJobs({
    store,
    databaseUrl,
    alone: false,
    queues: jobQueues,
    report,
    grace,
    lease: place.lease,
  })
  return {
    ...jobs,
    store,
    async [Symbol.asyncDispose]() {
      await jobs[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}

const waiting = { timeout: 30_000, interval: 20 }

function untilState(
  jobs: Jobs,
  { queue, id }: { queue: string; id: string },
  state: JobStatus['state'],
) {
  return vi.waitFor(async () => {
    const status = await jobs.find(queue, id)
    expect(status?.state).toBe(state)
    return status
  }, waiting)
}

/** A handler that lasts until it is told to end, and what it was called with. */
function heldHandler() {
  const runs: RunningJob[] = []
  const ends = new Map<string, () => void>()
  const handler = (job: RunningJob): Promise<void> => {
    runs.push(job)
    return new Promise((resolve, reject) => {
      ends.set(job.id, resolve)
      job.signal.addEventListener('abort', () => reject(job.signal.reason as Error))
    })
  }
  return {
    runs,
    handler,
    end: (id: string) => ends.get(id)?.(),
    untilRuns: (count: number) => vi.waitFor(() => expect(runs).toHaveLength(count), waiting),
  }
}

/** Every behaviour that the background owes the features. */
export function describeJobContract(engine: string, createPlace: () => Promise<JobPlace>): void {
  describe(`${engine} jobs`, () => {
    it('are each run once by one of several runners', async () => {
      await using place = await createPlace()
      await using first = await open(place)
      await using second = await open(place)
      await using third = await open(place)
      const ids: string[] = []
      for (let i = 0; i < 30; i += 1) ids.push(await first.add('index', { data: { i: `${i}` } }))
      const seen: string[] = []
      for (const jobs of [first, second, third]) {
        await jobs.work('index', { concurrency: 3 }, async ({ id, data, attempt }) => {
          expect({ data, attempt }).toEqual({ data: { i: `${ids.indexOf(id)}` }, attempt: 1 })
          seen.push(id)
          await setTimeout(5)
        })
      }
      await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(ids.length), waiting)
      for (const id of ids) await untilState(second, { queue: 'index', id }, 'done')
      expect(seen.toSorted()).toEqual(ids.toSorted())
    })

    it('are one while one with their key waits or runs', async () => {
      await using place = await createPlace()
      await using jobs = await open(place)
      const { handler, untilRuns, end } = heldHandler()
      const job = { data: { review: 'a' }, key: 'a' }
      const added = await Promise.all(Array.from({ length: 5 }, () => jobs.add('review', job)))
      const [id = ''] = added
      expect(new Set(added)).toEqual(new Set([id]))
      expect(await jobs.find('review', id)).toEqual({
        id,
        state: 'waiting',
        attempt: 0,
        errorCode: null,
      })
      await jobs.work('review', { concurrency: 2 }, handler)
      await untilRuns(1)
      expect(await jobs.add('review', job)).toBe(id)
      expect(await jobs.find('review', id)).toMatchObject({ state: 'running', attempt: 1 })
      end(id)
      await untilState(jobs, { queue: 'review', id }, 'done')
      const again = await jobs.add('review', job)
      expect(again).not.toBe(id)
      await untilRuns(2)
      end(again)
    })

    it('that fail are tried again, and end as failed with a code and without a word', async () => {
      await using place = await createPlace()
      const reports: unknown[] = []
      await using jobs = await open(place, {
        report: (error, job) => reports.push([String(error), job?.attempt]),
      })
      const attempts: number[] = []
      await jobs.work('index', { concurrency: 1 }, async ({ attempt, data }) => {
        attempts.push(attempt)
        if (data.fails === 'once' && attempt > 1) return
        if (data.fails === 'ever') throw new UserFacingError('secret-found', 'the secret text')
        throw new Error('the secret text')
      })
      const once = await jobs.add('index', { data: { fails: 'once' } })
      const ever = await jobs.add('index', { data: { fails: 'ever' } })
      const status = await untilState(jobs, { queue: 'index', id: ever }, 'failed')
      expect(status).toEqual({ id: ever, state: 'failed', attempt: 2, errorCode: 'secret-found' })
      const done = await untilState(jobs, { queue: 'index', id: once }, 'done')
      expect(done).toEqual({ id: once, state: 'done', attempt: 2, errorCode: null })
      expect(attempts.toSorted((a, b) => a - b)).toEqual([1, 1, 2, 2])
      expect(reports).toContainEqual(['Error: the secret text', 1])
      expect(reports).toHaveLength(3)
    })

    it('that the store does not let go on are run again, which is no failure of theirs', async () => {
      await using place = await createPlace()
      await using jobs = await open(place)
      const attempts: number[] = []
      await jobs.work('index', { concurrency: 1 }, async ({ attempt }) => {
        attempts.push(attempt)
        // More often than it may fail.
        if (attempts.length <= 3) throw new UserFacingError('store-full', 'No space.')
      })
      const id = await jobs.add('index', { data: {} })
      await vi.waitFor(async () => {
        expect(await jobs.find('index', id)).toMatchObject({ errorCode: 'store-full' })
      }, waiting)
      await untilState(jobs, { queue: 'index', id }, 'done')
      expect(attempts).toEqual([1, 1, 1, 1])
    })

    it('of a higher priority go first', async () => {
      await using place = await createPlace()
      await using jobs = await open(place)
      for (const [name, priority] of Object.entries({ low: 0, high: 10, middle: 5, lower: 0 })) {
        await jobs.add('index', { data: { name }, priority })
      }
      const order: (string | undefined)[] = []
      await jobs.work('index', { concurrency: 1 }, async ({ data }) => void order.push(data.name))
      await vi.waitFor(() => expect(order).toHaveLength(4), waiting)
      expect(order).toEqual(['high', 'middle', 'low', 'lower'])
    })

    it('of one person do not hold up those of another', async () => {
      await using place = await createPlace()
      await using jobs = await open(place, { grace: 0 })
      const { handler, runs, untilRuns, end } = heldHandler()
      for (let i = 0; i < 4; i += 1) {
        await jobs.add('review', { data: { i: `${i}` }, group: 'ann' })
      }
      const bob = await jobs.add('review', { data: { i: 'bob' }, group: 'bob' })
      await jobs.work('review', { concurrency: 4, perGroup: 2 }, handler)
      await untilRuns(3)
      await setTimeout(1500)
      expect(runs).toHaveLength(3)
      expect(runs.map(({ id }) => id)).toContain(bob)
      const first = runs.find(({ id }) => id !== bob)
      end(first?.id ?? '')
      await untilRuns(4)
    })

    it('that are removed leave nothing, and stop where they run', async () => {
      await using place = await createPlace()
      await using jobs = await open(place)
      const { handler, runs, untilRuns } = heldHandler()
      const key = { data: {}, key: 'a' }
      const waits = await jobs.add('index', key)
      await jobs.remove('index', waits)
      expect(await jobs.find('index', waits)).toBeNull()
      const runsNow = await jobs.add('index', key)
      expect(runsNow).not.toBe(waits)
      await jobs.work('index', { concurrency: 1 }, handler)
      await untilRuns(1)
      await jobs.remove('index', runsNow)
      await vi.waitFor(() => expect(runs[0]?.signal.aborted).toBe(true), waiting)
      expect(await jobs.find('index', runsNow)).toBeNull()
      await jobs.remove('index', runsNow)
    })

    it('that are cancelled stop where they run, and never start when they wait', async () => {
      await using place = await createPlace()
      await using here = await open(place)
      await using there = await open(place)
      const { handler, runs, untilRuns, end } = heldHandler()
      await here.work('review', { concurrency: 2 }, handler)
      const mine = await here.add('review', { data: {} })
      const other = await here.add('review', { data: {} })
      await untilRuns(2)
      const blocked = await here.add('review', { data: {} })
      expect(await there.cancel('review', blocked)).toBe(true)
      expect(await here.cancel('review', mine)).toBe(true)
      expect(await there.cancel('review', other)).toBe(true)
      const aborted = () => runs.filter(({ signal }) => signal.aborted).map(({ id }) => id)
      await vi.waitFor(
        () => expect(aborted().toSorted()).toEqual([mine, other].toSorted()),
        waiting,
      )
      expect(await there.cancel('review', other)).toBe(false)
      const last = await here.add('review', { data: {} })
      await untilRuns(3)
      expect(runs.at(-1)?.id).toBe(last)
      for (const id of [mine, other, blocked]) {
        expect(await there.find('review', id)).toMatchObject({ state: 'cancelled' })
      }
      end(last)
    })

    it('are finished before their process ends, when the grace suffices', async () => {
      await using place = await createPlace()
      await using watcher = await open(place)
      const jobs = await open(place)
      const { handler, untilRuns, runs, end } = heldHandler()
      await jobs.work('review', { concurrency: 1 }, handler)
      const id = await jobs.add('review', { data: {} })
      const next = await jobs.add('review', { data: {} })
      await untilRuns(1)
      const ended = jobs[Symbol.asyncDispose]()
      await setTimeout(50)
      end(id)
      await ended
      expect(runs[0]?.signal.aborted).toBe(false)
      expect(await watcher.find('review', id)).toMatchObject({ state: 'done' })
      expect(await watcher.find('review', next)).toMatchObject({ state: 'waiting', attempt: 0 })
    })

    it('are returned when the grace does not suffice, which is no failure', async () => {
      await using place = await createPlace()
      await using next = await open(place)
      const reports: unknown[] = []
      const { handler, untilRuns, runs, end } = heldHandler()
      let id = ''
      // More often than it may fail.
      for (let stop = 1; stop <= 3; stop += 1) {
        await using jobs = await open(place, { grace: 0, report: (error) => reports.push(error) })
        if (stop === 1) id = await jobs.add('index', { data: {} })
        await jobs.work('index', { concurrency: 1 }, handler)
        await untilRuns(stop)
      }
      await next.work('index', { concurrency: 1 }, handler)
      await untilRuns(4)
      expect(runs.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1])
      expect(reports).toEqual([])
      end(id)
      await untilState(next, { queue: 'index', id }, 'done')
    })

    it('are added once at each time of a pattern, however many schedule it', async () => {
      await using place = await createPlace()
      await using first = await open(place)
      await using second = await open(place)
      await using third = await open(place)
      const ids: string[] = []
      const started = Date.now()
      for (const jobs of [first, second, third]) {
        await jobs.work('index', { concurrency: 1 }, async ({ id, data }) => {
          expect(data).toEqual({ what: 'rollups' })
          ids.push(id)
        })
        jobs.schedule('index', '*/2 * * * * *', { what: 'rollups' })
      }
      await vi.waitFor(() => expect(ids.length).toBeGreaterThanOrEqual(3), waiting)
      const possible: string[] = []
      const next = Math.ceil(started / 2000) * 2000
      for (let time = next; time <= Date.now(); time += 2000) {
        possible.push(scheduledJob('index', new Date(time), {}).id)
      }
      expect(ids.filter((id) => !possible.includes(id))).toEqual([])
      expect(new Set(ids).size).toBe(ids.length)
    })

    it('carry ids only', async () => {
      await using place = await createPlace()
      await using jobs = await open(place)
      const text = 'Your plan covers it.'
      await expect(jobs.add('review', { data: { text } })).rejects.toThrow('ids only')
      await expect(jobs.add('review', { data: {}, key: text })).rejects.toThrow('ids only')
      await expect(jobs.add('review', { data: {}, group: text })).rejects.toThrow('ids only')
      await expect(jobs.steps('review', { data: { text } })).rejects.toThrow('ids only')
      await expect(jobs.add('other', { data: {} })).rejects.toThrow('no queue other')
    })

    it('are added together with what they are for, or not at all', async () => {
      await using place = await createPlace()
      await using jobs = await open(place)
      const seen: unknown[] = []
      await jobs.work('review', { concurrency: 1 }, async ({ data }) => void seen.push(data))
      const refused = newReview('unknown')
      const lost = await jobs.steps('review', { data: { review: refused.id }, key: refused.id })
      await expect(jobs.store.reviews.create(refused, lost)).rejects.toMatchObject({
        code: 'document-not-found',
      })
      await prepare(jobs.store)
      const review = newReview('a')
      const steps = await jobs.steps('review', { data: { review: review.id }, key: review.id })
      await setTimeout(600)
      expect(seen).toEqual([])
      await jobs.store.reviews.create(review, steps)
      await vi.waitFor(() => expect(seen).toHaveLength(1), waiting)
      expect(seen).toEqual([{ review: review.id }])
    })

    it('of a killed process are taken up by another within seconds', async () => {
      await using place = await createPlace()
      await using jobs = await open(place)
      const id = await jobs.add('review', { data: {} })
      const killed = await startChild(place, 'review')
      expect(await killed.next).toEqual({ id, attempt: 1 })
      const { handler, runs, untilRuns, end } = heldHandler()
      await jobs.work('review', { concurrency: 2 }, handler)
      await setTimeout(3000)
      expect(runs).toEqual([])
      await killed.kill()
      await untilRuns(1)
      expect(runs[0]).toMatchObject({ id, attempt: 2 })
      end(id)
      await untilState(jobs, { queue: 'review', id }, 'done')
      expect(runs).toHaveLength(1)
    })

    it('that kill every process that runs them fail', async () => {
      await using place = await createPlace()
      await using jobs = await open(place)
      const id = await jobs.add('index', { data: { name: 'deadly' } })
      for (const attempt of [1, 2]) {
        const child = await startChild(place, 'index')
        expect(await child.next).toEqual({ id, attempt })
        await child.kill()
      }
      const { handler, runs } = heldHandler()
      const crashes: unknown[] = []
      const crashed = async ({ data }: { data: unknown }): Promise<void> => {
        crashes.push([data, (await jobs.find('index', id))?.state])
      }
      await jobs.work('index', { concurrency: 1, crashed }, handler)
      const status = await untilState(jobs, { queue: 'index', id }, 'failed')
      expect(status).toMatchObject({ errorCode: 'job-crashed' })
      expect(runs).toEqual([])
      expect(crashes).toEqual([[{ name: 'deadly' }, 'running']])
    })
  })
}

async function startChild({ store, lease }: JobPlace, queue: string) {
  const file = new URL('../../test/helpers/job-child.ts', import.meta.url)
  const child = fork(file, [JSON.stringify({ store, lease, queue })], {
    execArgv: ['--conditions=proofloop-source'],
  })
  const exit = once(child, 'exit')
  return {
    next: once(child, 'message').then(([message]) => message as unknown),
    async kill() {
      child.kill('SIGKILL')
      await exit
    },
  }
}
