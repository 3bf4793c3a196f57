import { UserFacingError } from '../lib/errors.ts'
import type { DocumentExample } from '../schema/reviewed-example.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import type { Store } from '../store/store.ts'
import { isThere } from './judged-in-all.ts'
import { labelsOf, tallyOf } from './reviewed-examples.ts'
import { reviewedIssues } from './reviewed-issues.ts'

/**
 * A document with what people accepted, changed and added in its newest review, as far as they are; what
 * nobody has judged is no label.
 * @throws UserFacingError document-not-ready
 */
export async function documentExample(
  store: Store,
  document: StoredDocument,
): Promise<DocumentExample> {
  const text = document.state === 'ready' ? await store.documents.text(document.id) : null
  if (text === null) {
    throw new UserFacingError(
      'document-not-ready',
      'The document is not read yet, or could not be. There is no text to label.',
    )
  }
  const paragraphs = text.paragraphs.map(({ index, page, text: words }) => ({
    index,
    page,
    text: words,
  }))
  const [newest] = await store.reviews.newestOf([document.id])
  if (newest === undefined) return { document, paragraphs, issues: [], review: null }
  const all = await reviewedIssues(store, { review: newest.id, order: 'document' })
  const judged = all.filter(isThere).filter(({ status }) => status !== 'open')
  const review = { id: newest.id, ...tallyOf(judged) }
  return { document, paragraphs, issues: labelsOf(judged), review }
}
