import type { Doer } from '../access/audit.ts'
import type { EnvironmentRetention } from '../schema/environment.ts'
import { forgetOne } from './forget-document.ts'
import type { ReviewHost } from './review-host.ts'

const day = 24 * 60 * 60 * 1000
/** Who follows a review that ended before is told its state anew. */
const traceDays = 30
const spendBatchesFor = 30 * day
const jobsFor = 7 * day
const notificationsFor = 90 * day
const documentsAtOnce = 100

/** Whom the audit log names for what was forgotten because its time had come. */
const keeper: Doer = { id: 'retention' }

type Keeping = Omit<EnvironmentRetention, 'backupHours'>

/** Of a server that is for no environment. */
const usual: Keeping = { documentDays: null, answerDays: null, mistakeDays: null, traceDays }

type Host = Pick<ReviewHost, 'store' | 'blobs'> & { retention?: Keeping }

/**
 * The job that deletes what is of no more use, and what is older than it is kept.
 * @param now UTC epoch milliseconds
 */
export async function prune({ store, blobs, retention = usual }: Host, now: number): Promise<void> {
  const { pruning } = store
  await pruning.spendBatches(now - spendBatchesFor)
  await pruning.signIns(now)
  await pruning.datasets(now - day)
  await pruning.jobs(now - jobsFor)
  await store.notifications.prune(now - notificationsFor)
  const after = async (
    days: number | null,
    remove: (before: number) => Promise<void>,
  ): Promise<void> => {
    if (days !== null) await remove(now - days * day)
  }
  await after(retention.traceDays, (before) => pruning.reviewEvents(before))
  await after(retention.answerDays, (before) => pruning.answers(before))
  await after(retention.mistakeDays, (before) => pruning.evaluationDetails(before))
  await after(retention.documentDays, (before) => forgetOld({ store, blobs }, before))
}

async function forgetOld(host: Pick<Host, 'store' | 'blobs'>, before: number): Promise<void> {
  const { store } = host
  for (;;) {
    const ids = await store.pruning.documents(before, documentsAtOnce)
    if (ids.length === 0) return
    for (const id of ids) {
      const document = await store.documents.get(id)
      if (document !== null) await forgetOne(host, keeper, document)
    }
  }
}
