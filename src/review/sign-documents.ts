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

/** Whoever is faster has signed another one; what was forgotten meanwhile is left. */
async function signDocument(store: ReviewHost['store'], document: string): Promise<void> {
  const text = await store.documents.text(document)
  if (text === null) return
  const signature = storedSignature(signatureOfDocument(text))
  await store.signatures.add(document, { ...signature, seen: await store.signatures.last() })
}
