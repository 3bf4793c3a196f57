import type { Actor } from '../access/actor.ts'
import { type Doer, record } from '../access/audit.ts'
import { hiddenNames } from '../access/hidden-names.ts'
import { mayForget, maySee } from '../access/document-rights.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import type { ReviewHost } from './review-host.ts'

/**
 * Forgets its texts, with every copy that the actor may see and forget. The file goes with its last
 * document.
 * @throws UserFacingError document-not-yours
 */
export async function forgetDocument(
  { store, blobs }: Pick<ReviewHost, 'store' | 'blobs'>,
  actor: Actor,
  document: StoredDocument,
): Promise<void> {
  if (!mayForget(actor, document)) throw notYours()
  const { sha256 } = document
  const sharing = await store.documents.sharing([sha256])
  const theirs = sharing.filter((one) => maySee(actor, one) && mayForget(actor, one))
  for (const one of theirs) await forgetOne({ store, blobs }, actor, one)
}

/** This one alone, whoever has the same file. */
export async function forgetOne(
  { store, blobs }: Pick<ReviewHost, 'store' | 'blobs'>,
  doer: Doer,
  { id, sha256, split }: Pick<StoredDocument, 'id' | 'sha256' | 'split'>,
): Promise<void> {
  const subject = split === 'evaluation' ? sha256 : (await hiddenNames(store))(sha256)
  await record(store, doer, { action: 'document-forgotten', subject })
  await store.documents.forget(id)
  const left = await store.documents.sharing([sha256])
  if (await store.bundles.isHeld(sha256)) return
  if (left.every(({ state }) => state === 'forgotten')) await blobs.delete(sha256)
}

function notYours(): UserFacingError {
  return new UserFacingError(
    'document-not-yours',
    'Only a custodian, or who uploaded the document, can have it forgotten.',
  )
}
