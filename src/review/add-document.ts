import type { Actor } from '../access/actor.ts'
import { maySee } from '../access/document-rights.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import type { Content } from '../store/blobs/blobs.ts'
import { groupWhileReading } from './document-split.ts'
import { documentName, mediaTypeOf } from './media-type.ts'
import { type HowToRead, readAgain, startReading } from './read-again.ts'
import type { ReviewHost } from './review-host.ts'

/** As many bytes as the reader of documents takes. */
const largest = 200 * 2 ** 20

export type NewFile = {
  name: string
  content: Content
  /** How it is to be read; asked for once the content has come. */
  howToRead?: () => Promise<HowToRead>
}

/**
 * Keeps a file and has it read in the background. The same bytes again are the document that is there.
 * What an engineer brings is of the evaluation split for ever; what a reviewer brings is theirs to
 * review. With a password the file is read before this returns.
 * @throws UserFacingError document-empty, document-too-large, document-hidden
 */
export async function addDocument(
  host: ReviewHost,
  actor: Pick<Actor, 'id' | 'roles'>,
  file: NewFile,
): Promise<StoredDocument> {
  const { store, blobs, splitKey } = host
  const { sha256, bytes } = await blobs.put(limited(file.content))
  const how = (await file.howToRead?.()) ?? {}
  const name = documentName(file.name)
  const byEngineer = actor.roles.includes('engineer')
  const { document, added } = await store.documents.add({
    sha256,
    bytes,
    name,
    mediaType: mediaTypeOf(name),
    uploader: actor.id,
    ocr: how.ocr,
    group: groupWhileReading(splitKey, sha256, { byEngineer }),
  })
  const begun = added ? await startReading(host, document, how) : document
  const mine = await takeOn(host, actor, begun)
  if (maySee(actor, mine)) return added ? mine : await readAgain(host, mine, how)
  throw new UserFacingError(
    'document-hidden',
    'This file is here already, and you may not see it. A custodian can assign it to you.',
  )
}

/** A reviewer who brings what nobody reviews yet is who reviews it. */
export async function takeOn(
  { store }: Pick<ReviewHost, 'store'>,
  actor: Pick<Actor, 'id' | 'roles'>,
  document: StoredDocument,
): Promise<StoredDocument> {
  const alone = document.assignee === null && document.uploader === actor.id
  if (!actor.roles.includes('reviewer') || !alone) return document
  await store.documents.assign(document.sha256, actor.id)
  return { ...document, assignee: actor.id }
}

async function* limited(content: Content): Content {
  let bytes = 0
  for await (const chunk of content) {
    bytes += chunk.byteLength
    if (bytes > largest) throw tooLarge()
    yield chunk
  }
  if (bytes === 0) throw new UserFacingError('document-empty', 'The file is empty.')
}

function tooLarge(): UserFacingError {
  return new UserFacingError(
    'document-too-large',
    `At most ${largest / 2 ** 20} MB can be read. Split the file.`,
  )
}
