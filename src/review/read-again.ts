import { UserFacingError } from '../lib/errors.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import { readDocument } from './read-document.ts'
import type { ReviewHost } from './review-host.ts'

export type HowToRead = {
  /** Opens the PDF; it is used for this one reading and kept nowhere. */
  password?: string
  /** Whether pages without text are read by OCR. */
  ocr?: boolean
}

/**
 * In the background; with a password at once, because a job would have to keep it.
 * @returns the document as it is then
 */
export async function startReading(
  host: ReviewHost,
  document: StoredDocument,
  { password }: HowToRead,
): Promise<StoredDocument> {
  if (password === undefined) {
    await addReading(host, document)
    return document
  }
  await readDocument(host, document.id, { password })
  return (await host.store.documents.get(document.id)) ?? document
}

/** OCR waits in a queue of its own: it takes minutes, other files do not wait for it. */
export async function addReading(
  { jobs }: Pick<ReviewHost, 'jobs'>,
  { id, ocr }: Pick<StoredDocument, 'id' | 'ocr'>,
): Promise<void> {
  const queue = ocr ? 'read-scan' : 'read-document'
  await jobs.add(queue, { data: { document: id }, key: id })
}

/**
 * Reads a document once more when that may bring something: one that could not be read, or pages
 * without text by OCR.
 * @throws UserFacingError document-not-found, document-not-ready, document-busy
 */
export async function readAgain(
  host: ReviewHost,
  document: StoredDocument,
  how: HowToRead,
): Promise<StoredDocument> {
  if (!(await isOfUse(host, document, how))) {
    // Whoever brought it may have been cut off before it had a job; twice is one job.
    if (document.state === 'reading') await addReading(host, document)
    return document
  }
  const { id } = document
  const ocr = how.ocr ?? document.ocr
  if (!(await host.store.documents.readAgain(id, { ocr }))) throw forgotten()
  return startReading(host, { ...document, state: 'reading', error: null, ocr }, how)
}

async function isOfUse(
  host: ReviewHost,
  document: StoredDocument,
  { password, ocr = false }: HowToRead,
): Promise<boolean> {
  switch (document.state) {
    case 'failed':
      return true
    case 'ready':
      if (!ocr || !hasUnreadPages(document)) return false
      await requireNoReview(host, document)
      return true
    case 'reading':
      if (ocr && !document.ocr) throw notReady()
      return password !== undefined
    case 'forgotten':
      throw forgotten()
  }
}

function hasUnreadPages({ pagesWithoutText, pagesReadByOcr }: StoredDocument): boolean {
  return pagesWithoutText === null || pagesWithoutText > (pagesReadByOcr ?? 0)
}

/** Its parts are paragraphs of the text as it is. */
async function requireNoReview({ store }: ReviewHost, document: StoredDocument): Promise<void> {
  const filter = { documents: [document.id], states: ['queued' as const, 'running' as const] }
  if ((await store.reviews.list({ ...filter, limit: 1 })).length === 0) return
  throw new UserFacingError(
    'document-busy',
    'The document is being reviewed. Have it read by OCR when that has ended, or stop it.',
  )
}

function notReady(): UserFacingError {
  return new UserFacingError(
    'document-not-ready',
    'The document is just being read without OCR. Try again in a moment.',
  )
}

function forgotten(): UserFacingError {
  return new UserFacingError('document-not-found', 'The document was forgotten.')
}
