import { signatureOfDocument, storedSignature } from '../document/document-signature.ts'
import type { ReviewHost } from './review-host.ts'

const atOnce = 100

/**
 * Documents that were read before there were signatures get one, and those with one from before passages were
 * looked up another, so that copies of them are found from now on. Their groups stay: a split never changes.
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

/** Likewise hidden examples of datasets, of which there is no document. */
export async function signExamples(
  { store: { signatures } }: Pick<ReviewHost, 'store'>,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const examples = await signatures.missingExamples(atOnce)
    if (examples.length === 0) return
    signal.throwIfAborted()
    await signatures.addExamples(
      examples.map((one) => ({ ...one, ...storedSignature(signatureOfDocument(one)) })),
    )
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
    if (await store.signatures.renew(document, signature)) return
    if (await store.signatures.add(document, { ...signature, seen })) return
  }
  throw new Error(`Document ${document} was not signed in ${tries} attempts.`)
}
