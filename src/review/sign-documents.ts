import type { ReviewHost } from './review-host.ts'
import { signatureOfDocument, storedSignature } from './file-document.ts'

const atOnce = 100

/**
 * Documents that were read before there were signatures get one, so that copies of them are found from now
 * on. Their groups stay: a split never changes.
 */
export async function signDocuments(
  { store }: Pick<ReviewHost, 'store'>,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const documents = await store.signatures.missing(atOnce)
    if (documents.length === 0) return
    for (const document of documents) {
      signal.throwIfAborted()
      await signDocument(store, document)
    }
  }
}

/** Others may be filed at the same time; each time one of them is. */
const tries = 50

async function signDocument(store: ReviewHost['store'], document: string): Promise<void> {
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const seen = await store.signatures.last()
    const text = await store.documents.text(document)
    if (text === null && (await store.documents.get(document))?.state === 'forgotten') return
    if (text === null) throw new Error(`Document ${document} was read and has no text.`)
    const signature = storedSignature(signatureOfDocument(text))
    if (await store.signatures.add(document, { ...signature, seen })) return
  }
  throw new Error(`Document ${document} was not signed in ${tries} attempts.`)
}
