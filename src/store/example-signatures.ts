import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import { z } from 'zod'
import { Split } from '../schema/access.ts'
import { DatasetParagraph, type DatasetEntry } from '../schema/stored-dataset.ts'
import type { StoreContext } from './context.ts'
import type { Database, Step } from './database.ts'
import { createInsertRows } from './insert-rows.ts'
import { unpackJson } from './packed-json.ts'
import { batches, chunksOf } from './row-columns.ts'
import { hasRoom, likeliestWith } from './shingles.ts'
import type { Candidate } from './signatures.ts'
import type { Tables } from './tables.ts'

/** A text of a hidden split of a dataset. */
type HiddenExample = Pick<DatasetEntry, 'document' | 'textGroup' | 'group' | 'split'>

export type ExampleSignature = HiddenExample & {
  /** Empty for a text that is too short to be compared in parts. */
  content: Uint8Array
  /** Shingles to look it up by. */
  keys: Iterable<number>
}

type UnsignedExample = HiddenExample & { paragraphs: DatasetParagraph[] }

/** What tells copies of examples that are hidden, whether or not there is a document of their text. */
export type ExampleSignatures = {
  /** Whether there is any: without one nothing needs to be looked up for an import. */
  hasExamples(): Promise<boolean>
  /** Hidden examples that have most of the shingles, the likeliest first; none that was ever shown. */
  lookUpExamples(keys: Iterable<number>): Promise<Candidate[]>
  /** Those of the texts that have one, by the hash of the text. */
  signedExamples(documents: string[]): Promise<Set<string>>
  /** Of each text the first one stays, unless it is from before passages were looked up. */
  addExamples(signatures: readonly ExampleSignature[]): Promise<void>
  /** Hidden examples that have none, or one from before passages were looked up, with their texts. */
  missingExamples(limit: number): Promise<UnsignedExample[]>
}

/** Of a transaction; each has some tens of shingles. */
const signaturesAtOnce = 100

const Paragraphs = z.array(DatasetParagraph)

export function createExampleSignatures({ database }: StoreContext): ExampleSignatures {
  const { kysely, atomically } = database
  const insertRows = createInsertRows(database)
  return {
    async hasExamples() {
      const query = kysely.selectFrom('example_signatures').select('document').limit(1)
      return (await query.executeTakeFirst()) !== undefined
    },
    async lookUpExamples(keys) {
      const shingles = [...keys]
      if (shingles.length === 0) return []
      const rows = await candidates(kysely, shingles).execute()
      return rows.map(({ document, content, group_id, split }) => {
        const group = { id: group_id, split: Split.parse(split), shownToEngineer: false }
        return { document, content, group }
      })
    },
    async signedExamples(documents) {
      const signed = new Set<string>()
      for (const batch of batches(documents)) {
        const query = kysely.selectFrom('example_signatures').select('document')
        const rows = await query.where('document', 'in', batch).execute()
        for (const { document } of rows) signed.add(document)
      }
      return signed
    },
    async addExamples(signatures) {
      for (const some of chunksOf([...signatures], signaturesAtOnce)) {
        const rows = some.map(({ document, textGroup, group, split, content }) => {
          const place = { text_group: textGroup, group_id: group, split }
          return { document, ...place, content, has_passages: 1 }
        })
        await atomically([
          ...forgetOldSteps(
            kysely,
            some.map(({ document }) => document),
          ),
          ...insertRows('example_signatures', rows, { unlessThere: true }),
          ...shingleSteps(database, some),
        ])
      }
    },
    async missingExamples(limit) {
      const rows = await unsigned(kysely).limit(limit).execute()
      return Promise.all(
        rows.map(async ({ document, text_group, group_id, split, content }) => ({
          document,
          textGroup: text_group,
          group: group_id,
          split: Split.parse(split),
          paragraphs: Paragraphs.parse(await unpackJson(content)),
        })),
      )
    },
  }
}

function candidates(kysely: Kysely<Tables>, shingles: number[]) {
  const splitOfText = sql<string>`coalesce(chosen.split, claimed.split)`
  const likeliest = likeliestWith(kysely, 'example_shingles', shingles).as('likeliest')
  return (
    kysely
      .selectFrom(likeliest)
      .innerJoin('example_signatures as e', 'e.document', 'likeliest.document')
      // Of a version that was not added after all nothing is claimed.
      .innerJoin('document_groups as claimed', 'claimed.id', 'e.text_group')
      .leftJoin('dataset_shown', 'dataset_shown.text_group', 'e.text_group')
      .leftJoin('chosen_splits as chosen', 'chosen.text_group', 'e.text_group')
      .where('dataset_shown.text_group', 'is', null)
      .where(splitOfText, '!=', 'evaluation')
      // In the group of its text and in its split: who signed it may have wanted others, and come too late.
      .select(['e.document', 'e.content', 'claimed.id as group_id', splitOfText.as('split')])
      .orderBy('shared', 'desc')
      .orderBy('e.document')
  )
}

function unsigned(kysely: Kysely<Tables>) {
  return kysely
    .selectFrom('dataset_entries as e')
    .innerJoin('dataset_texts as t', 't.document', 'e.document')
    .leftJoin('example_signatures as s', 's.document', 'e.document')
    .where('e.split', '!=', 'evaluation')
    .where((eb) => eb.or([eb('s.document', 'is', null), eb('s.has_passages', '=', 0)]))
    .select(['e.document', 'e.text_group', 'e.group_id', 'e.split', 't.content'])
}

/** Of those among them that are from before passages were looked up. */
function forgetOldSteps(kysely: Kysely<Tables>, documents: string[]): Step[] {
  const old = kysely
    .selectFrom('example_signatures')
    .select('document')
    .where('document', 'in', documents)
    .where('has_passages', '=', 0)
  return [
    { query: kysely.deleteFrom('example_shingles').where('document', 'in', old) },
    { query: kysely.deleteFrom('example_signatures').where('document', 'in', old) },
  ]
}

/** SQLite runs the statement of one row many times; PostgreSQL gets all rows in one. */
function shingleSteps(
  { kysely, engine }: Pick<Database, 'kysely' | 'engine'>,
  signatures: readonly ExampleSignature[],
): Step[] {
  const pairs = signatures.flatMap(({ document, keys }) =>
    Array.from(keys, (shingle) => [shingle, document] as const),
  )
  const [first] = pairs
  if (first === undefined) return []
  const rows =
    engine === 'sqlite'
      ? sql`(select cast(${first[0]} as bigint) as shingle, cast(${first[1]} as text) as document)`
      : sql`unnest(${pairs.map(([shingle]) => shingle)}::bigint[], ${pairs.map(([, document]) => document)}::text[])`
  const query = sql`
    insert into example_shingles (shingle, document)
    select rows.shingle, rows.document
    from ${rows} as rows${sql.raw(engine === 'sqlite' ? '' : '(shingle, document)')}
    where ${hasRoom(sql`
      select 1 from example_shingles as same where same.shingle = rows.shingle`)}
    on conflict do nothing`
  const runs = engine === 'sqlite' ? pairs.map((pair) => [...pair]) : undefined
  return [{ query: { compile: () => query.compile(kysely) }, runs }]
}

/** Of texts that are gone; to be run when they are. @param among hashes of texts; all when left out */
export function forgetExampleSignatureSteps(
  kysely: Kysely<Tables>,
  among?: SelectQueryBuilder<Tables, 'dataset_entries', { document: string }>,
): Step[] {
  const gone = kysely
    .selectFrom('example_signatures as s')
    .leftJoin('dataset_texts as t', 't.document', 's.document')
    .where('t.document', 'is', null)
    .$if(among !== undefined, (query) => query.where('s.document', 'in', among ?? []))
    .select('s.document')
  return [
    { query: kysely.deleteFrom('example_shingles').where('document', 'in', gone) },
    { query: kysely.deleteFrom('example_signatures').where('document', 'in', gone) },
  ]
}
