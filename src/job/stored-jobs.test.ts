import { expect, it } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { openStore } from '../store/open-store.ts'
import { describeJobContract, jobQueues } from './job-contract.ts'
import { openJobs } from './open-jobs.ts'

describeJobContract('SQLite', async () => {
  const place = await tempFolder()
  return {
    store: { dataFolder: place.path('.proofloop'), exclusive: false },
    // Shorter than the wait in which a living process must keep its job.
    lease: 2_500,
    [Symbol.asyncDispose]: place[Symbol.asyncDispose],
  }
})

it('takes up at once what a dead process left, when it is alone', async () => {
  await using place = await tempFolder()
  const options = { dataFolder: place.path('.proofloop') }
  const lease = { queue: 'review', mine: [], busyGroups: [], leaseUntil: Date.now() + 3_600_000 }
  {
    await using store = await openStore(options)
    await store.jobs.add({ id: 'a', queue: 'review', key: 'a', data: {}, priority: 0, group: null })
    expect(await store.jobs.claim(lease)).toMatchObject({ id: 'a', attempt: 1 })
  }
  await using store = await openStore(options)
  await using jobs = await openJobs({ store, queues: jobQueues, report: () => {} })
  const attempt = await new Promise((resolve) => {
    void jobs.work('review', { concurrency: 1 }, async (job) => resolve(job.attempt))
  })
  expect(attempt).toBe(2)
})
