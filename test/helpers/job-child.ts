import { setTimeout } from 'node:timers/promises'
import { openJobs } from '../../src/job/open-jobs.ts'
import { jobQueues } from '../../src/job/job-contract.ts'
import { openStore, type StoreOptions } from '../../src/store/open-store.ts'

// Works on the queue that its parent names and tells it what it runs; jobs never end here.
const {
  store: storeOptions,
  lease,
  queue,
} = JSON.parse(process.argv[2] ?? '') as {
  store: StoreOptions
  lease?: number
  queue: string
}
const store = await openStore(storeOptions)
const { databaseUrl } = storeOptions
const report = (error: unknown): void => void process.send?.({ error: String(error) })
const jobs = await openJobs({ store, databaseUrl, alone: false, queues: jobQueues, report, lease })
await jobs.work(queue, { concurrency: 2 }, async ({ id, attempt }) => {
  process.send?.({ id, attempt })
  await setTimeout(10 * 60_000)
})
