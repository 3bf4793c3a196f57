import type { Actor } from '../access/actor.ts'
import { documentFor, maySee } from '../access/document-rights.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { Split } from '../schema/access.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import type { Content } from '../store/blobs/blobs.ts'
import { recordChoice, requireMayChoose } from './choose-split.ts'
import { groupWhileReading, idOfCopy } from './document-split.ts'
import { documentName, mediaTypeOf } from './media-type.ts'
import { type HowToRead, readAgain, startReading } from './read-again.ts'
import type { ReviewHost } from './review-host.ts'

/** As many bytes as the reader of documents takes. */
const largest = 200 * 2 ** 20

export type NewFile = {
  name: string
  content: Content
  /** How it is to be read, and kept; asked for once the content has come. */
  howToRead?: () => Promise<HowToRead & { split?: Split }>
}

type Person = Pick<Actor, 'id' | 'roles'> & Partial<Pick<Actor, 'key' | 'permissions'>>

/**
 * Keeps a file and has it read in the background. The same bytes again are the document that is there, for
 * who may see it; for anybody else they are a document of their own, exactly as if nobody had brought them
 * before. What an engineer brings is of the evaluation split for ever; what a reviewer brings is theirs to
 * review; a custodian may say which split it comes into. With a password the file is read before this returns.
 * @throws UserFacingError document-empty, document-too-large, split-not-yours, document-split-taken
 */
export async function addDocument(
  host: ReviewHost,
  actor: Person,
  file: NewFile,
): Promise<StoredDocument> {
  let how: HowToRead & { split?: Split } = {}
  // Before the file is kept: of an upload that is refused nothing stays.
  const content = andThen(limited(file.content), async () => {
    how = (await file.howToRead?.()) ?? {}
    if (how.split !== undefined) requireMayChoose(actor, how.split)
  })
  const { sha256, bytes } = await host.blobs.put(content)
  const name = documentName(file.name)
  const facts = { sha256, bytes, name, mediaType: mediaTypeOf(name), ocr: how.ocr }
  const { document, added } = await keepForReader(host, actor, { ...facts, split: how.split })
  const begun = added ? await startReading(host, document, how) : document
  const mine = await takeOn(host, actor, begun)
  return added ? mine : readAgain(host, mine, how)
}

type Facts = Pick<StoredDocument, 'sha256' | 'bytes' | 'mediaType'> & {
  name: string
  ocr?: boolean
  /** As a custodian has chosen. */
  split?: Split
}

async function keepForReader(
  { store, splitKey }: ReviewHost,
  actor: Person,
  { split, ...facts }: Facts,
): Promise<{ document: StoredDocument; added: boolean }> {
  const { sha256 } = facts
  const byEngineer = actor.roles.includes('engineer')
  const group = groupWhileReading(splitKey, sha256, { byEngineer, chosen: split })
  const keepAs = (id: string) => store.documents.add({ ...facts, id, uploader: actor.id, group })
  const { id, copy, known } = await placeFor({ store, splitKey }, actor, sha256)
  if (split !== undefined) {
    await recordChoice(store, { actor, splitKey }, { split, sha256, known })
  }
  const kept = await keepAs(id)
  // Somebody else may have brought the same at the same time.
  return kept.added || isTheirs(actor, kept.document) ? kept : keepAs(copy)
}

/** Under which id somebody keeps a file: of what they may see of it, else of a copy of their own. */
export async function placeFor(
  { store, splitKey }: Pick<ReviewHost, 'store' | 'splitKey'>,
  actor: Pick<Actor, 'id' | 'roles'>,
  sha256: string,
): Promise<{ id: string; copy: string; known: StoredDocument | null }> {
  const sharing = await store.documents.sharing([sha256])
  const known = documentFor(actor, sharing)
  const copy = idOfCopy(splitKey, sha256, actor.roles.includes('engineer') ? 'engineers' : actor.id)
  const isFree = sharing.every(({ id }) => id !== sha256)
  return { id: known?.id ?? (isFree ? sha256 : copy), copy, known }
}

function isTheirs(actor: Pick<Actor, 'id' | 'roles'>, document: StoredDocument): boolean {
  return maySee(actor, document) || isAlone(actor, document)
}

/** Nobody reviews yet what they have brought. */
function isAlone({ id }: Pick<Actor, 'id'>, { assignee, uploader }: StoredDocument): boolean {
  return assignee === null && uploader === id
}

/** A reviewer who brings what nobody reviews yet is who reviews it. */
export async function takeOn(
  { store }: Pick<ReviewHost, 'store'>,
  actor: Pick<Actor, 'id' | 'roles'>,
  document: StoredDocument,
): Promise<StoredDocument> {
  if (!actor.roles.includes('reviewer') || !isAlone(actor, document)) return document
  await store.documents.assign(document.id, actor.id)
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

async function* andThen(content: Content, act: () => Promise<void>): Content {
  yield* content
  await act()
}

function tooLarge(): UserFacingError {
  return new UserFacingError(
    'document-too-large',
    `At most ${largest / 2 ** 20} MB can be read. Split the file.`,
  )
}
