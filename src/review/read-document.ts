import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { addScans } from '../document/add-scans.ts'
import { signatureOfDocument, storedSignature } from '../document/document-signature.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import { chosenWhileReading } from './document-split.ts'
import { fileDocument, type Filing } from './file-document.ts'
import type { ReviewHost } from './review-host.ts'

/**
 * The job that reads a file that was added, in the guarded child. What is wrong with the file is kept
 * with the document; anything else is tried again.
 * @param password opens it, and is kept nowhere
 */
export async function readDocument(
  host: ReviewHost,
  id: string,
  { password, signal }: { password?: string; signal?: AbortSignal },
): Promise<void> {
  const document = await host.store.documents.get(id)
  if (document?.state !== 'reading') return
  try {
    const text = await parse(host, document, { password, signal })
    const before = await host.store.documents.text(id)
    if (before === null) await keepText(host, document, text)
    else await keepMoreText(host, id, addScans(before, text))
  } catch (error) {
    if (!(error instanceof UserFacingError) || !error.code.startsWith('document-')) throw error
    await host.store.documents.markFailed(id, { code: error.code, message: error.message })
  }
}

/** Others may be filed at the same time; each time one of them is. */
const tries = 50

/** Whatever is read for the first time finds its group by its text and by its copies. */
export async function keepText(
  host: Pick<ReviewHost, 'store' | 'splitKey'>,
  document: StoredDocument,
  text: ReviewDocument,
): Promise<void> {
  const { documents, groups } = host.store
  const split = chosenWhileReading(host.splitKey, document)
  const chosen = split && { split, by: document.uploader }
  const byEngineer = (await groups.get(document.group))?.shownToEngineer === true
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const found = await fileDocument(host, text, { byEngineer, chosen: split })
    const filing = { ...found, chosen }
    if (await documents.markReady(document.id, text, filing)) return markShown(host, filing)
    if ((await documents.get(document.id))?.state === 'forgotten') return
  }
  throw new Error(`Document ${document.id} was not filed in ${tries} attempts.`)
}

/** An engineer has seen the text, whatever group it went to. */
async function markShown(
  { store: { groups } }: Pick<ReviewHost, 'store'>,
  { group, ofText }: Filing,
): Promise<void> {
  const shown = [group, ofText].filter(({ shownToEngineer }) => shownToEngineer)
  for (const id of new Set(shown.map((one) => one.id))) await groups.markShown(id)
}

/** Its group stays: a split never changes. */
async function keepMoreText(
  { store }: Pick<ReviewHost, 'store'>,
  id: string,
  text: ReviewDocument,
): Promise<void> {
  if (!(await store.documents.markReady(id, text))) return
  await store.signatures.replace(id, storedSignature(signatureOfDocument(text)))
}

/** The child takes a file by its name, whose ending tells formats apart. */
async function parse(
  { blobs, flows }: ReviewHost,
  { sha256, name, ocr }: StoredDocument,
  options: { password?: string; signal?: AbortSignal },
): Promise<ReviewDocument> {
  const folder = await mkdtemp(path.join(tmpdir(), 'proofloop-read-'))
  try {
    const file = path.join(folder, `document${path.extname(name ?? '')}`)
    await pipeline(Readable.from(await blobs.get(sha256)), createWriteStream(file))
    const text = await (ocr ? flows.scans : flows.documents).read(file, options)
    return { ...text, name: name ?? '' }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
