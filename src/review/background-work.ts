import type { EnvironmentRetention } from '../schema/environment.ts'
import { Split } from '../schema/access.ts'
import { prune } from './prune.ts'
import { addReading } from './read-again.ts'
import { readDocument } from './read-document.ts'
import type { ReviewHost } from './review-host.ts'
import { runReview } from './run-review.ts'
import { signDocuments, signExamples } from './sign-documents.ts'
import { tellReady } from './tell-ready.ts'

/** As cron has it, UTC. */
const everyNight = '17 3 * * *'

/** Reviews of this process at the same time; of one person as many at most, as others wait, too. */
const reviewsAtOnce = 2
const perPerson = 2

/** Runs the jobs of this process, and those again that a process had begun which is gone. */
export async function startWork(
  host: ReviewHost,
  {
    concurrency = reviewsAtOnce,
    retention,
  }: { concurrency?: number; retention?: EnvironmentRetention } = {},
): Promise<void> {
  const { jobs } = host
  await jobs.work('read-document', { concurrency: 2 }, ({ data, signal }) =>
    readDocument(host, data['document'] ?? '', { signal }),
  )
  await jobs.work('read-scan', { concurrency: 1 }, ({ data, signal }) =>
    readDocument(host, data['document'] ?? '', { signal }),
  )
  await jobs.work('review', { concurrency, perGroup: perPerson }, ({ data, signal }) =>
    runReview(host, data['review'] ?? '', signal),
  )
  await jobs.work('tell-ready', { concurrency: 2 }, ({ data, signal }) =>
    tellReady(host, data['review'] ?? '', signal),
  )
  await jobs.work('prune', { concurrency: 1 }, () => prune({ ...host, retention }, Date.now()))
  jobs.schedule('prune', everyNight, {})
  // A machine that is off at night prunes when it starts.
  await jobs.add('prune', { data: {}, key: 'scheduled' })
  await jobs.work('sign-documents', { concurrency: 1 }, async ({ signal }) => {
    await signDocuments(host, signal)
    await signExamples(host, signal)
  })
  await jobs.add('sign-documents', { data: {}, key: 'scheduled' })
  await addMissingJobs(host)
}

/** A process that ended between keeping something and adding its job has left it waiting. */
async function addMissingJobs({ store, jobs }: ReviewHost): Promise<void> {
  const reading = await store.documents.list({
    scopes: [{ splits: Split.options }],
    states: ['reading'],
    limit: 10_000,
  })
  for (const document of reading) await addReading({ jobs }, document)
  const open = await store.reviews.list({ states: ['queued', 'running'], limit: 10_000 })
  for (const { id, requester } of open.toReversed()) {
    await jobs.add('review', { data: { review: id }, key: id, group: requester })
  }
}
