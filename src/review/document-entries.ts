import type { Actor } from '../access/actor.ts'
import { recordHiddenList } from '../access/audit.ts'
import { documentFor, isGiven, maySeeSplit, scopesOf } from '../access/document-rights.ts'
import { UserFacingError } from '../lib/errors.ts'
import { isToRead } from '../schema/fully-reviewed.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import type { DocumentEntry, DocumentState } from '../schema/workplace.ts'
import type { Store } from '../store/store.ts'
import { peopleNames } from './people-names.ts'
import { toReadState } from './read-state.ts'
import { progressOf, reviewEntries } from './review-entries.ts'

export type DocumentQuery = {
  search?: string
  state?: DocumentState
  assigned?: 'me' | 'nobody'
  open?: boolean
  unread?: boolean
  after?: string
  limit: number
}

type DocumentPage = { items: DocumentEntry[]; next: string | null }

/** One page of what the actor may see, newest first. */
export async function listDocuments(
  store: Store,
  actor: Actor,
  query: DocumentQuery,
): Promise<DocumentPage> {
  const { items, next } = await pageOf(store, actor, query)
  const rows = items.map(({ document }) => {
    const { id, sha256, split } = document
    const given = isGiven(actor, document)
    return { id, of: { document: sha256 }, splits: [split], given }
  })
  await recordHiddenList(store, actor, { subject: 'documents', rows })
  return { items: items.map(({ entry }) => entry), next }
}

type Listed = { document: StoredDocument; entry: DocumentEntry }

async function pageOf(
  store: Store,
  actor: Actor,
  query: DocumentQuery,
): Promise<{ items: Listed[]; next: string | null }> {
  const { search, state, limit } = query
  const assignee = { me: actor.id, nobody: null }
  const filter = {
    scopes: scopesOf(actor),
    ...(state !== undefined && { states: [state] }),
    ...(query.assigned !== undefined && { assignee: assignee[query.assigned] }),
    search,
    limit,
  }
  const items: Listed[] = []
  let before = query.after === undefined ? undefined : cursorOf(query.after)
  for (;;) {
    const found = await store.documents.list({ ...filter, before })
    const shown = await onceEach(store, actor, found)
    const entries = await documentEntries(store, actor, shown)
    for (const [i, entry] of entries.entries()) {
      const document = shown[i]
      if (document === undefined || !isWanted(query, entry)) continue
      items.push({ document, entry })
      if (items.length === limit) return { items, next: cursorText(entry) }
    }
    const last = found.at(-1)
    if (last === undefined || found.length < limit) return { items, next: null }
    before = last
  }
}

/** A file is one document to each reader, also to one who may see the copies that others have of it. */
async function onceEach(
  store: Pick<Store, 'documents'>,
  actor: Pick<Actor, 'id' | 'roles'>,
  documents: StoredDocument[],
): Promise<StoredDocument[]> {
  const hashes = documents.map(({ sha256 }) => sha256)
  const sharing = await store.documents.sharing(hashes, scopesOf(actor))
  const byContent = Map.groupBy(sharing, ({ sha256 }) => sha256)
  return documents.filter(
    ({ id, sha256 }) => documentFor(actor, byContent.get(sha256) ?? [])?.id === id,
  )
}

/** @throws UserFacingError document-not-found, also when the actor may not see it */
export async function findDocument(
  store: Pick<Store, 'documents'>,
  actor: Pick<Actor, 'id' | 'roles'>,
  sha256: string,
): Promise<StoredDocument> {
  const document = documentFor(actor, await store.documents.sharing([sha256], scopesOf(actor)))
  if (document !== null) return document
  throw new UserFacingError(
    'document-not-found',
    'There is no such document, or you may not see it.',
  )
}

export async function documentEntries(
  store: Store,
  actor: Pick<Actor, 'roles' | 'id'>,
  documents: StoredDocument[],
): Promise<DocumentEntry[]> {
  const ids = documents.map(({ id }) => id)
  const newest = await store.reviews.newestOf(ids)
  const [nameOf, reviews, readStates] = await Promise.all([
    peopleNames(store),
    reviewEntries(store, newest),
    store.readMarks.of(ids),
  ])
  const byDocument = new Map(reviews.map((review) => [review.document.sha256, review]))
  return documents.map((document) => {
    const review = byDocument.get(document.sha256)
    const {
      // Of a copy it would tell that there is another.
      id,
      uploader,
      assignee,
      split,
      group: _group,
      forgottenAt: _at,
      ocr: _ocr,
      ...facts
    } = document
    return {
      ...facts,
      name: document.name ?? 'Forgotten document',
      uploadedBy: nameOf(uploader),
      assignedTo: assignee === null ? null : nameOf(assignee),
      split: maySeeSplit(actor) ? split : null,
      newestReview:
        review === undefined
          ? null
          : {
              id: review.id,
              state: review.state,
              progress: progressOf(review, review.agents),
              issues: review.issues,
              reason: review.reason,
            },
      read: toReadState(readStates.get(id), nameOf),
    }
  })
}

function isWanted(
  { open = false, unread = false }: DocumentQuery,
  document: DocumentEntry,
): boolean {
  const hasOpen = (document.newestReview?.issues.open ?? 0) > 0
  return (!open || hasOpen) && (!unread || isToRead(document))
}

function cursorText({ uploadedAt, sha256 }: { uploadedAt: number; sha256: string }): string {
  return `${uploadedAt}-${sha256}`
}

/** @throws UserFacingError page-unknown */
function cursorOf(text: string): { uploadedAt: number; sha256: string } {
  const [, time, sha256] = /^(\d{1,15})-([0-9a-f]{64})$/.exec(text) ?? []
  if (time !== undefined && sha256 !== undefined) return { uploadedAt: Number(time), sha256 }
  throw new UserFacingError('page-unknown', 'Send as `after` what the page before said as `next`.')
}
