import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { client } from '../../api.ts'

/** The document once the server has read it, or could not. */
export async function whenRead(document: DocumentEntry): Promise<DocumentEntry> {
  let now = document
  while (now.state === 'reading') {
    await new Promise((resolve) => setTimeout(resolve, 500))
    now = await client.documents.get({ sha256: document.sha256 })
  }
  return now
}

/**
 * Starts the review of a document that was read. One that has a review already keeps it.
 * @returns the review; null when the document could not be read, which the list tells
 */
export async function startReview(document: DocumentEntry): Promise<string | null> {
  if (document.state !== 'ready') return null
  if (document.newestReview !== null) return document.newestReview.id
  const { id } = await client.reviews.start({ document: document.sha256 })
  return id
}
