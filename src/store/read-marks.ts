import { sql, type Kysely } from 'kysely'
import { UserFacingError } from '../lib/errors.ts'
import {
  type NewReadMark,
  StoredReadMark,
  type StoredReadState,
} from '../schema/stored-read-mark.ts'
import type { StoreContext } from './context.ts'
import { createEventSteps, type NewEvent } from './review-events.ts'
import { batches } from './row-columns.ts'
import type { Tables } from './tables.ts'

/** Who has read all of which document: only ever added, the newest of a person counts. */
export type ReadMarks = {
  /**
   * Twice with one id is one entry, whatever was said in between.
   * @param events of the review, kept together with it
   * @throws UserFacingError document-not-ready
   */
  add(mark: NewReadMark, events?: NewEvent[]): Promise<void>
  /**
   * By document; those of which nobody ever said anything are left out. What was said of a text that is
   * not the one of today counts no more: OCR has read more of it since, or it was forgotten and came again.
   */
  of(documents: string[]): Promise<Map<string, StoredReadState>>
}

/** Against marks of others that come between looking and writing; one of them always gets on. */
const triesAtMost = 200

export function createReadMarks({
  database: { kysely, atomically },
  now,
}: StoreContext): ReadMarks {
  const addEvents = createEventSteps(kysely)
  return {
    async add(mark, events = []) {
      const { review } = mark
      for (let tries = 0; tries < triesAtMost; tries += 1) {
        const time = now()
        const query = insertMark(mark, time)
        const added = await atomically([
          { query: { compile: () => query.compile(kysely) }, required: true },
          ...addEvents({ review, events, time }),
        ])
        if (added !== null || (await isThere(kysely, mark))) return
        await assertReady(kysely, mark)
      }
      throw new Error(`The mark on ${mark.document} found no version in ${triesAtMost} tries.`)
    },
    async of(documents) {
      const rows = []
      for (const batch of batches(documents)) {
        rows.push(...(await newestOfPeople(kysely, batch).execute()))
      }
      return new Map([...Map.groupBy(rows, ({ document }) => document)].map(stateOf))
    },
  }
}

function insertMark({ document, person, id, review, kind }: NewReadMark, time: number) {
  return sql`
    insert into read_marks
      (document, person, id, version, review, kind, pages_read_by_ocr, created_at)
    select documents.id, cast(${person} as text), cast(${id} as text),
      (select coalesce(max(version), 0) + 1 from read_marks where document = documents.id),
      cast(${review} as text), cast(${kind} as text), coalesce(pages_read_by_ocr, 0),
      cast(${time} as bigint)
    from documents where documents.id = ${document} and state = 'ready'
    on conflict do nothing`
}

async function isThere(
  kysely: Kysely<Tables>,
  { document, person, id }: NewReadMark,
): Promise<boolean> {
  const found = await kysely
    .selectFrom('read_marks')
    .select('id')
    .where('document', '=', document)
    .where('person', '=', person)
    .where('id', '=', id)
    .executeTakeFirst()
  return found !== undefined
}

async function assertReady(kysely: Kysely<Tables>, { document }: NewReadMark): Promise<void> {
  const query = kysely.selectFrom('documents').select('state').where('id', '=', document)
  if ((await query.executeTakeFirst())?.state === 'ready') return
  throw new UserFacingError(
    'document-not-ready',
    'The document is just being read by the server, or was forgotten. There is no text to have read.',
  )
}

function newestOfPeople(kysely: Kysely<Tables>, documents: string[]) {
  return kysely
    .selectFrom('read_marks')
    .innerJoin('documents', 'documents.id', 'read_marks.document')
    .where('read_marks.document', 'in', documents)
    .where(
      sql<boolean>`read_marks.version = (
        select max(later.version) from read_marks as later
        where later.document = read_marks.document and later.person = read_marks.person)`,
    )
    .select(['document', 'review', 'person', 'version', 'kind', 'created_at as createdAt'])
    .select(
      sql<number>`case when read_marks.created_at >= documents.uploaded_at
        and read_marks.pages_read_by_ocr = coalesce(documents.pages_read_by_ocr, 0)
        then 1 else 0 end`.as('isOfText'),
    )
    .orderBy('version')
}

type Newest = { document: string; version: number; kind: string; isOfText: number }

/** The last of all is the newest of its person, and so is among them. */
function stateOf([document, rows]: [string, Newest[]]): [string, StoredReadState] {
  const standing = rows.filter(({ kind, isOfText }) => kind === 'read' && isOfText === 1)
  const version = Number(rows.at(-1)?.version ?? 0)
  return [document, { version, marks: standing.map((row) => StoredReadMark.parse(row)) }]
}
