import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { client } from '../../api.ts'

/**
 * Starts a document's review as soon as it is read. One that has a review already keeps it.
 * @returns the review; null when the document could not be read, which the list tells
 */
export async function startWhenRead(document: DocumentEntry): Promise<string | null> {
  let now = document
  while (now.state === 'reading') {
    await new Promise((resolve) => setTimeout(resolve, 500))
    now = await client.documents.get({ sha256: document.sha256 })
  }
  if (now.state !== 'ready') return null
  if (now.newestReview !== null) return now.newestReview.id
  const { id } = await client.reviews.start({ document: document.sha256 })
  return id
}
