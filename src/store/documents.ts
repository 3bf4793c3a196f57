import { createHash } from 'node:crypto'
import { sql, type Kysely, type Selectable } from 'kysely'
import type { ReviewDocument } from '../schema/document.ts'
import type { DocumentScope } from '../schema/access.ts'
import { StoredDocument, type DocumentGroup } from '../schema/stored-document.ts'
import type { ChosenSplit } from '../schema/stored-dataset.ts'
import type { StoredError } from '../schema/stored-error.ts'
import type { DocumentState } from '../schema/workplace.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { chooseSteps } from './dataset-splits.ts'
import { filedGroupSteps, insertGroup } from './document-groups.ts'
import { documentJson, packDocument, unpackDocument } from './document-text.ts'
import { forgetSteps } from './forget-document.ts'
import { descending, inPart, inScopes, mergedPages, partsOf, type ScopePart } from './in-scopes.ts'
import { batches, errorColumns, errorOf, flag, isBefore } from './row-columns.ts'
import { type NewSignature, signatureSteps } from './signatures.ts'
import type { Tables } from './tables.ts'

export type NewDocument = Pick<StoredDocument, 'sha256' | 'mediaType' | 'bytes' | 'uploader'> & {
  /** Default: `sha256`. */
  id?: string
  name: string
  /** Whether OCR is to read pages without text; default: no. */
  ocr?: boolean
  /** Made with its first document; one that exists keeps its split. */
  group: DocumentGroup
}

/** Where a document goes once it is read. */
export type Filing = {
  /** Of it from now on. */
  group?: DocumentGroup
  /** Made, too: an exact copy finds it when the document is gone. */
  ofText?: DocumentGroup
  /** That of both groups, as a custodian has said. */
  chosen?: ChosenSplit
  signature?: NewSignature
}

type Named = Pick<StoredDocument, 'id' | 'sha256' | 'name'>

type DocumentFilter = {
  /** What the reader may see: any of these. */
  scopes: DocumentScope[]
  /** All but the forgotten ones unless given. */
  states?: DocumentState[]
  uploader?: string
  /** Null: those nobody is to review. */
  assignee?: string | null
  /** Part of the name, upper and lower case alike. */
  search?: string
  /** The last one of the page before. */
  before?: { uploadedAt: number; sha256: string }
  limit: number
}

/** Files that were uploaded, by their ids. */
export type Documents = {
  /** The same id again is the document that is there, unless that was forgotten. */
  add(document: NewDocument): Promise<{ document: StoredDocument; added: boolean }>
  /** @param scopes of its reader, to whom others are not even read; any document when left out */
  get(id: string, scopes?: DocumentScope[]): Promise<StoredDocument | null>
  /** Those that there are. */
  many(ids: string[]): Promise<StoredDocument[]>
  /** Ids of the groups that they are in, by their own, also of forgotten ones. */
  groupsOf(ids: string[]): Promise<Map<string, string>>
  /** All that have these bytes, also forgotten ones. @param scopes as in `get` */
  sharing(sha256s: string[], scopes?: DocumentScope[]): Promise<StoredDocument[]>
  /** Newest first. */
  list(filter: DocumentFilter): Promise<StoredDocument[]>
  /** How many there are of any of these, without forgotten ones. */
  count(scopes: DocumentScope[]): Promise<number>
  /**
   * @param filing as its text tells, when it is read for the first time
   * @returns false when it was forgotten meanwhile, another document was signed since copies of it were looked up,
   * or a dataset has claimed its text for another split; then nothing is kept
   */
  markReady(id: string, text: ReviewDocument, filing?: Filing): Promise<boolean>
  markFailed(id: string, error: StoredError): Promise<boolean>
  /** It is to be read again; what was read before stays until then. False when it was forgotten. */
  readAgain(id: string, options: { ocr: boolean }): Promise<boolean>
  /** The parsed document; null when it is not ready. */
  text(id: string): Promise<ReviewDocument | null>
  /** Those that are ready, by id. */
  texts(ids: string[]): Promise<Map<string, ReviewDocument>>
  /** A `DocumentText` as JSON, and a tag that differs when it does; null when it is not ready. */
  textJson(document: Named): Promise<{ tag: string; chunks: AsyncIterable<Uint8Array> } | null>
  /** Who is to review it; false when there is no such document (any more). */
  assign(id: string, person: string | null): Promise<boolean>
  /** Deletes every text that came from it; verdicts, offsets and counts stay. */
  forget(id: string): Promise<boolean>
}

const visibleStates: DocumentState[] = ['reading', 'ready', 'failed']

type Row = Selectable<Tables['documents']>

export function createDocuments(context: StoreContext): Documents {
  const { database, now } = context
  const { kysely, atomically } = database
  const get = async (id: string, scopes?: DocumentScope[]): Promise<StoredDocument | null> => {
    const row = await selectDocuments(kysely)
      .where('documents.id', '=', id)
      .$if(scopes !== undefined, (query) => query.where(inScopes(scopes ?? [])))
      .executeTakeFirst()
    return row === undefined ? null : documentOf(row)
  }
  return {
    get,
    ...createTextReads(kysely),
    async add(document) {
      const results = await atomically(addSteps(context, document))
      const stored = await get(document.id ?? document.sha256)
      if (stored === null) throw new Error(`Document ${document.sha256} was not kept.`)
      return { document: stored, added: (results?.[1]?.rows.length ?? 0) > 0 }
    },
    async many(ids) {
      if (ids.length === 0) return []
      const rows = await selectDocuments(kysely).where('documents.id', 'in', ids).execute()
      return rows.map(documentOf)
    },
    groupsOf: (ids) => groupsOf(kysely, ids),
    sharing: (sha256s, scopes) => sharing(kysely, sha256s, scopes),
    list: (filter) => list(kysely, filter),
    count: (scopes) => countOf(kysely, scopes),
    markReady: (id, text, filing) => markReady(context, { id, text, filing }),
    async markFailed(id, error) {
      const query = notForgotten(kysely, id).set({ state: 'failed', ...errorColumns(error) })
      return (await atomically([{ query, required: true }])) !== null
    },
    async readAgain(id, { ocr }) {
      const change = { state: 'reading', ocr: flag(ocr), ...errorColumns(null) }
      const query = notForgotten(kysely, id).set(change)
      return (await atomically([{ query, required: true }])) !== null
    },
    async assign(id, person) {
      const query = notForgotten(kysely, id).set({ assignee: person })
      return (await atomically([{ query, required: true }])) !== null
    },
    async forget(id) {
      return (await atomically(forgetSteps(kysely, id, now()))) !== null
    },
  }
}

function createTextReads(kysely: Kysely<Tables>): Pick<Documents, 'text' | 'texts' | 'textJson'> {
  return {
    async text(id) {
      const parts = await textParts(kysely, id)
      return parts.length === 0 ? null : unpackDocument(parts)
    },
    async texts(ids) {
      const parts = await partsOfMany(kysely, ids)
      const all = [...parts].map(async ([id, own]) => [id, await unpackDocument(own)] as const)
      return new Map(await Promise.all(all))
    },
    async textJson({ id, sha256, name }) {
      const parts = await textParts(kysely, id)
      if (parts.length === 0) return null
      const identity = { sha256, name: name ?? '' }
      const hash = createHash('sha256').update(JSON.stringify(identity))
      for (const part of parts) hash.update(part)
      return { tag: hash.digest('base64url'), chunks: documentJson(parts, identity) }
    },
  }
}

export function addSteps({ database: { kysely }, now }: StoreContext, document: NewDocument) {
  const { group } = document
  const time = now()
  const row = kysely
    .insertInto('documents')
    .values({
      id: document.id ?? document.sha256,
      sha256: document.sha256,
      group_id: group.id,
      name: document.name,
      media_type: document.mediaType,
      bytes: document.bytes,
      state: 'reading',
      uploader: document.uploader,
      uploaded_at: time,
      ocr: flag(document.ocr ?? false),
    })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((eb) => ({
          name: eb.ref('excluded.name'),
          group_id: eb.ref('excluded.group_id'),
          media_type: eb.ref('excluded.media_type'),
          state: eb.ref('excluded.state'),
          uploader: eb.ref('excluded.uploader'),
          uploaded_at: eb.ref('excluded.uploaded_at'),
          ocr: eb.ref('excluded.ocr'),
          forgotten_at: null,
        }))
        .where('documents.state', '=', 'forgotten'),
    )
    .returning('id')
  return [{ query: insertGroup(kysely, group, time) }, { query: row }]
}

function selectDocuments(kysely: Kysely<Tables>) {
  return kysely.selectFrom('documents').selectAll('documents')
}

async function groupsOf(kysely: Kysely<Tables>, ids: string[]): Promise<Map<string, string>> {
  const groups = new Map<string, string>()
  for (const batch of batches(ids)) {
    const query = kysely.selectFrom('documents').select(['id', 'group_id']).where('id', 'in', batch)
    for (const { id, group_id } of await query.execute()) groups.set(id, group_id)
  }
  return groups
}

/** Of each part by itself: how many others have the bytes tells nothing by its time. */
async function sharing(
  kysely: Kysely<Tables>,
  sha256s: string[],
  scopes: DocumentScope[] | undefined,
): Promise<StoredDocument[]> {
  if (sha256s.length === 0) return []
  const parts = scopes === undefined ? [null] : partsOf(scopes)
  const pages = parts.map((part) =>
    selectDocuments(kysely)
      .where('sha256', 'in', sha256s)
      .where(inPart(part))
      .orderBy('documents.id')
      .execute(),
  )
  const rows = mergedPages(await Promise.all(pages), {
    compare: (a, b) => descending([b.id], [a.id]),
    limit: Number.POSITIVE_INFINITY,
  })
  return rows.map(documentOf)
}

async function list(kysely: Kysely<Tables>, filter: DocumentFilter): Promise<StoredDocument[]> {
  const parts = partsOf(filter.scopes)
  const pages = parts.map((part) => listQuery(kysely, filter, part).execute())
  const placeOf = ({ uploaded_at, sha256, id }: Row) => [uploaded_at, sha256, id]
  const rows = mergedPages(await Promise.all(pages), {
    compare: (a, b) => descending(placeOf(a), placeOf(b)),
    limit: filter.limit,
  })
  return rows.map(documentOf)
}

function listQuery(kysely: Kysely<Tables>, filter: DocumentFilter, part: ScopePart) {
  const { uploader, assignee, search, before } = filter
  return selectDocuments(kysely)
    .where(inPart(part))
    .where('state', 'in', filter.states ?? visibleStates)
    .$if(uploader !== undefined, (query) => query.where('uploader', '=', uploader ?? ''))
    .$if(assignee === null, (query) => query.where('assignee', 'is', null))
    .$if(typeof assignee === 'string', (query) => query.where('assignee', '=', assignee ?? ''))
    .$if(search !== undefined, (query) =>
      query.where(sql<boolean>`lower(name) like ${containing(search ?? '')} escape '!'`),
    )
    .$if(before !== undefined, (query) =>
      query.where(
        isBefore(['uploaded_at', 'sha256'], [before?.uploadedAt ?? 0, before?.sha256 ?? '']),
      ),
    )
    .orderBy('uploaded_at', 'desc')
    .orderBy('sha256', 'desc')
    .orderBy('documents.id', 'desc')
    .limit(filter.limit)
}

async function countOf(kysely: Kysely<Tables>, scopes: DocumentScope[]): Promise<number> {
  const counts = partsOf(scopes).map((part) =>
    kysely
      .selectFrom('documents')
      .where(inPart(part))
      .where('state', 'in', visibleStates)
      .select(({ fn }) => fn.countAll().as('documents'))
      .executeTakeFirstOrThrow(),
  )
  return (await Promise.all(counts)).reduce((sum, { documents }) => sum + Number(documents), 0)
}

async function textParts(kysely: Kysely<Tables>, id: string): Promise<Uint8Array[]> {
  return (await partsOfMany(kysely, [id])).get(id) ?? []
}

async function partsOfMany(
  kysely: Kysely<Tables>,
  ids: string[],
): Promise<Map<string, Uint8Array[]>> {
  const parts = new Map<string, Uint8Array[]>()
  if (ids.length === 0) return parts
  const rows = await kysely
    .selectFrom('document_texts')
    .select(['document', 'content'])
    .where('document', 'in', ids)
    .orderBy('document')
    .orderBy('part')
    .execute()
  for (const { document, content } of rows) {
    const known = parts.get(document)
    if (known === undefined) parts.set(document, [content])
    else known.push(content)
  }
  return parts
}

/** A pattern for `like … escape '!'`. */
function containing(text: string): string {
  return `%${text.toLowerCase().replaceAll(/[!%_]/g, '!$&')}%`
}

type ReadText = { id: string; text: ReviewDocument; filing?: Filing }

async function markReady(context: StoreContext, read: ReadText): Promise<boolean> {
  return (await context.database.atomically(await readySteps(context, read))) !== null
}

/** Of a document that was not forgotten, and whose groups are as they are taken to be: nothing is kept otherwise. */
export async function readySteps(
  { database, now }: StoreContext,
  { id, text, filing: { group, ofText, chosen, signature } = {} }: ReadText,
): Promise<Step[]> {
  const { kysely } = database
  const at = now()
  const groups = [group, ofText].filter((one) => one !== undefined)
  const parts = await packDocument(text)
  const facts = {
    pages: text.pages.length,
    pages_without_text: text.pages.filter(({ hasText }) => !hasText).length,
    pages_read_by_ocr: text.pages.filter(({ ocr }) => ocr).length,
    language: text.language,
    ...(group && { group_id: group.id }),
  }
  return [
    ...filedGroupSteps(kysely, { group, ofText }, at),
    {
      query: notForgotten(kysely, id).set({ state: 'ready', ...facts, ...errorColumns(null) }),
      required: true,
    },
    { query: kysely.deleteFrom('document_texts').where('document', '=', id) },
    {
      query: kysely
        .insertInto('document_texts')
        .values(parts.map((content, part) => ({ document: id, part, content }))),
    },
    ...(chosen === undefined
      ? []
      : chooseSteps(kysely, choicesOf(groups, chosen), { by: chosen.by, at })),
    ...(signature ? signatureSteps(database, id, signature) : []),
  ]
}

function choicesOf(groups: readonly DocumentGroup[], { split }: ChosenSplit) {
  return groups.map(({ id: textGroup }) => ({ textGroup, split }))
}

function notForgotten(kysely: Kysely<Tables>, id: string) {
  return kysely.updateTable('documents').where('id', '=', id).where('state', '!=', 'forgotten')
}

function documentOf(row: Row): StoredDocument {
  return StoredDocument.parse({
    ...row,
    group: row.group_id,
    mediaType: row.media_type,
    pagesWithoutText: row.pages_without_text,
    pagesReadByOcr: row.pages_read_by_ocr,
    ocr: row.ocr === 1,
    error: errorOf(row),
    uploadedAt: row.uploaded_at,
    forgottenAt: row.forgotten_at,
  })
}
