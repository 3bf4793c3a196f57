import { recordHiddenReads } from '../../access/audit.ts'
import { openDocument } from '../../access/opened-texts.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { createSharedWork } from '../../model/shared-work.ts'
import { findDocument } from '../../review/document-entries.ts'
import { openReview } from '../../review/find-review.ts'
import { reviewEntry } from '../../review/review-entries.ts'
import { reviewedIssuesJson } from '../../review/reviewed-issues.ts'
import type { StoredReview } from '../../schema/stored-review.ts'
import { Sha256 } from '../../schema/workplace.ts'
import type { Store } from '../../store/store.ts'
import { contextOf, type App } from '../request-context.ts'
import { sendJson, tagOf } from '../send-json.ts'

/** Kept only while it is made: who asks for the same meanwhile gets the same. */
type Made = { tag: string; chunks: Uint8Array<ArrayBuffer>[] }

/**
 * The addresses of the contract whose answers are megabytes of what was validated when it was stored:
 * they are passed on as they are. The gate stands before.
 */
export function addLongAnswers(app: App, { store }: { store: Store }): void {
  const underWay = createSharedWork<Made>()
  app.get('/api/documents/:sha256/text', async (c) => {
    const sha256 = Sha256.safeParse(c.req.param('sha256')).data ?? ''
    const { actor } = contextOf(c)
    const document = await findDocument(store, actor, sha256)
    const text = await store.documents.textJson(document)
    if (text === null) throw notRead()
    await openDocument(store, actor, document)
    await recordHiddenReads(store, actor, [document])
    return sendJson(c, text)
  })
  app.get('/api/reviews/:review/issues', async (c) => {
    const { actor } = contextOf(c)
    // Before the issues are read: what comes in between is told again, never left out.
    const { review, document } = await openReview({ store }, actor, c.req.param('review'))
    await openDocument(store, actor, document)
    const { id, lastEvent } = review
    // Whoever comes after something was found, judged or forgotten gets an answer that knows it.
    const key = JSON.stringify([id, lastEvent, document.state])
    const begin = (): Promise<Made> => makeIssues(store, review)
    return sendJson(c, await underWay.join(key, { begin }).done)
  })
}

async function makeIssues(store: Store, review: StoredReview): Promise<Made> {
  const { id, issueOrder: order, lastEvent } = review
  const [issues, entry] = await Promise.all([
    reviewedIssuesJson(store, { review: id, order }),
    reviewEntry(store, review),
  ])
  const head = JSON.stringify({ review: entry, lastEvent }).slice(0, -1)
  const bytes = Buffer.from(`${head},"issues":${issues}}`)
  return { tag: tagOf(bytes), chunks: [bytes] }
}

function notRead(): UserFacingError {
  return new UserFacingError('document-not-ready', 'The document is not read yet, or could not be.')
}
