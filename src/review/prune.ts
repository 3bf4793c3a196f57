import type { ReviewHost } from './review-host.ts'

const day = 24 * 60 * 60 * 1000
/** Who follows a review that ended before is told its state anew. */
const eventsFor = 30 * day
const spendBatchesFor = 30 * day
const jobsFor = 7 * day

/** The job that deletes what is of no more use. @param now UTC epoch milliseconds */
export async function prune({ store }: Pick<ReviewHost, 'store'>, now: number): Promise<void> {
  await store.pruning.reviewEvents(now - eventsFor)
  await store.pruning.spendBatches(now - spendBatchesFor)
  await store.pruning.signIns(now)
  await store.pruning.datasets(now - day)
  await store.pruning.jobs(now - jobsFor)
}
