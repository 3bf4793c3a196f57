import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { addScans } from '../document/add-scans.ts'
import { groupOfText, splitOf } from '../document/document-group.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { DocumentGroup, StoredDocument } from '../schema/stored-document.ts'
import type { ReviewHost } from './review-host.ts'
import { readReviewRules } from './review-settings.ts'

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
    // Its group stays, too: a split never changes.
    else await host.store.documents.markReady(id, addScans(before, text))
  } catch (error) {
    if (!(error instanceof UserFacingError) || !error.code.startsWith('document-')) throw error
    await host.store.documents.markFailed(id, { code: error.code, message: error.message })
  }
}

/**
 * Whatever is read for the first time finds its group by its text.
 * @throws UserFacingError document-hidden
 */
export async function keepText(
  host: Pick<ReviewHost, 'store' | 'splitKey'>,
  document: StoredDocument,
  text: ReviewDocument,
): Promise<void> {
  const byEngineer = (await host.store.groups.get(document.group))?.shownToEngineer === true
  const group = await groupFor(host, text, { byEngineer })
  await host.store.documents.markReady(document.id, text, group)
  if (group.shownToEngineer) await host.store.groups.markShown(group.id)
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

/**
 * An engineer who brings a copy of what is hidden gets a group of their own: a refusal would tell them
 * that it is there.
 */
export async function groupFor(
  { store, splitKey }: Pick<ReviewHost, 'store' | 'splitKey'>,
  text: ReviewDocument,
  { byEngineer }: { byEngineer: boolean },
): Promise<DocumentGroup> {
  const id = groupOfText(splitKey, text)
  const known = await store.groups.get(id)
  if (byEngineer) {
    const own = groupOfText(splitKey, text, 'engineers')
    const isHidden = known !== null && known.split !== 'evaluation'
    return { id: isHidden ? own : id, split: 'evaluation', shownToEngineer: true }
  }
  if (known !== null) return known
  const { splitShares } = await readReviewRules(store)
  return { id, split: splitOf(splitKey, id, splitShares), shownToEngineer: false }
}
