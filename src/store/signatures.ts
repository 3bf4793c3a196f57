import { type Kysely, sql } from 'kysely'
import { DocumentGroup } from '../schema/stored-document.ts'
import type { StoreContext } from './context.ts'
import type { Database, Step } from './database.ts'
import { flag } from './row-columns.ts'
import { hasRoom, likeliestWith } from './shingles.ts'
import type { Tables } from './tables.ts'

export type NewSignature = {
  /** Empty for a text that is too short to be compared in parts. */
  content: Uint8Array
  /** Shingles to look it up by. */
  keys: Iterable<number>
  /** What `last` said before copies were looked up. */
  seen: number
}

/** A document that has some of the shingles that were looked up. */
export type Candidate = { document: string; content: Uint8Array; group: DocumentGroup }

/** What tells copies of documents. */
export type Signatures = {
  /** Number of the newest one; 0 when there is none. */
  last(): Promise<number>
  /**
   * Documents that have most of the shingles, the likeliest first.
   * @param options.hidden whether to look among hidden documents or among the others; neither pushes the other out
   */
  lookUp(keys: Iterable<number>, options: { hidden: boolean }): Promise<Candidate[]>
  /** Documents that were read and have none, or one from before passages were looked up. */
  missing(limit: number): Promise<string[]>
  /** False when another one came since `seen`, or the document was forgotten: then nothing is kept. */
  add(document: string, signature: NewSignature): Promise<boolean>
  /** Of a text that has grown; its group stays. One that has none yet gets it with those that are missing. */
  replace(document: string, signature: Omit<NewSignature, 'seen'>): Promise<void>
  /** The same where it is from before passages were looked up; false when it is not, or there is none. */
  renew(document: string, signature: Omit<NewSignature, 'seen'>): Promise<boolean>
}

export function createSignatures({ database }: StoreContext): Signatures {
  const { kysely, atomically } = database
  return {
    async last() {
      const row = await kysely
        .selectFrom('document_signatures')
        .select(({ fn }) => fn.max('sequence').as('last'))
        .executeTakeFirst()
      return row?.last ?? 0
    },
    async lookUp(keys, { hidden }) {
      const shingles = [...keys]
      if (shingles.length === 0) return []
      const rows = await candidates(kysely, shingles, flag(hidden)).execute()
      return rows.map(candidateOf)
    },
    async missing(limit) {
      const rows = await unsigned(kysely).limit(limit).execute()
      return rows.map(({ id }) => id)
    },
    async add(document, signature) {
      const ready = kysely
        .selectFrom('documents')
        .select('id')
        .where('id', '=', document)
        .where('state', '=', 'ready')
      const steps = [
        { query: ready, required: true },
        ...signatureSteps(database, document, signature),
      ]
      return (await atomically(steps)) !== null
    },
    async replace(document, signature) {
      await atomically(replaceSteps(database, document, signature))
    },
    async renew(document, signature) {
      const old = kysely
        .selectFrom('document_signatures')
        .select('document')
        .where('document', '=', document)
        .where('has_passages', '=', 0)
      const steps = replaceSteps(database, document, signature)
      return (await atomically([{ query: old, required: true }, ...steps])) !== null
    },
  }
}

function replaceSteps(
  { kysely, engine }: Database,
  document: string,
  { content, keys }: Omit<NewSignature, 'seen'>,
): Step[] {
  return [
    {
      query: kysely
        .updateTable('document_signatures')
        .set({ content, has_passages: 1 })
        .where('document', '=', document),
      required: true,
    },
    { query: kysely.deleteFrom('document_shingles').where('document', '=', document) },
    ...shingleSteps({ kysely, engine }, document, [...keys]),
  ]
}

function unsigned(kysely: Kysely<Tables>) {
  return kysely
    .selectFrom('documents')
    .leftJoin('document_signatures', 'document_signatures.document', 'documents.id')
    .where('documents.state', '=', 'ready')
    .where((eb) =>
      eb.or([
        eb('document_signatures.document', 'is', null),
        eb('document_signatures.has_passages', '=', 0),
      ]),
    )
    .select('documents.id')
    .orderBy('documents.uploaded_at')
    .orderBy('documents.id')
}

type CandidateRow = {
  id: string
  content: Uint8Array
  group_id: string
  split: string
  shown_to_engineer: number
}

function candidateOf({ id, content, group_id, split, shown_to_engineer }: CandidateRow): Candidate {
  const shownToEngineer = shown_to_engineer === 1
  return {
    document: id,
    content,
    group: DocumentGroup.parse({ id: group_id, split, shownToEngineer }),
  }
}

function candidates(kysely: Kysely<Tables>, shingles: number[], hidden: number) {
  const likeliest = likeliestWith(kysely, 'document_shingles', shingles)
    .where('hidden', '=', hidden)
    .as('likeliest')
  return kysely
    .selectFrom(likeliest)
    .innerJoin('documents', 'documents.id', 'likeliest.document')
    .innerJoin('document_groups', 'document_groups.id', 'documents.group_id')
    .innerJoin('document_signatures', 'document_signatures.document', 'documents.id')
    .select(['documents.id', 'content', 'group_id', 'documents.split', 'shown_to_engineer'])
    .orderBy('shared', 'desc')
    .orderBy('documents.id')
}

/** Of a document that is in its group already. */
export function signatureSteps(
  { kysely, engine }: Pick<Database, 'kysely' | 'engine'>,
  document: string,
  { content, keys, seen }: NewSignature,
): Step[] {
  const newest = kysely
    .selectFrom('document_signatures')
    .select((eb) => eb.fn.coalesce(eb.fn.max('sequence'), eb.val(0)).as('last'))
  const own = kysely
    .insertInto('document_signatures')
    .columns(['document', 'sequence', 'content', 'has_passages'])
    .expression((eb) =>
      eb
        .selectFrom(newest.as('newest'))
        .where('newest.last', '=', seen)
        .select([
          sql<string>`cast(${document} as text)`.as('document'),
          sql<number>`${sql.ref('newest.last')} + 1`.as('sequence'),
          eb.val(content).as('content'),
          sql<number>`1`.as('has_passages'),
        ]),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('document')
  return [{ query: own, required: true }, ...shingleSteps({ kysely, engine }, document, [...keys])]
}

/** Everything that could tell copies of a document. */
export function forgetSignatureSteps(kysely: Kysely<Tables>, document: string): Step[] {
  return [
    { query: kysely.deleteFrom('document_shingles').where('document', '=', document) },
    { query: kysely.deleteFrom('document_signatures').where('document', '=', document) },
  ]
}

/** SQLite runs the statement of one row many times; PostgreSQL gets all rows in one. */
function shingleSteps(
  { kysely, engine }: Pick<Database, 'kysely' | 'engine'>,
  document: string,
  keys: number[],
): Step[] {
  if (keys.length === 0) return []
  const shingles =
    engine === 'sqlite'
      ? sql`(select cast(${keys[0]} as bigint) as shingle)`
      : sql`unnest(${keys}::bigint[])`
  const query = sql`
    insert into document_shingles (hidden, shingle, document)
    select place.hidden, keys.shingle, place.id
    from ${shingles} as keys${sql.raw(engine === 'sqlite' ? '' : '(shingle)')}, (
      select id, case when split = 'evaluation' then 0 else 1 end as hidden
      from documents where id = ${document}
    ) as place
    where ${hasRoom(sql`
      select 1 from document_shingles as same
      where same.hidden = place.hidden and same.shingle = keys.shingle`)}`
  const runs = engine === 'sqlite' ? keys.map((key) => [key, document]) : undefined
  return [{ query: { compile: () => query.compile(kysely) }, runs }]
}
