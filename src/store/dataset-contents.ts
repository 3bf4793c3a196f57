import {
  type Expression,
  expressionBuilder,
  type Kysely,
  type SelectQueryBuilder,
  sql,
  type SqlBool,
} from 'kysely'
import type { Step } from './database.ts'
import { forgetExampleSignatureSteps } from './example-signatures.ts'
import type { Tables } from './tables.ts'

/** Examples for which a text and labels are kept: all but those that were made of forgotten documents. */
function holders(kysely: Kysely<Tables>) {
  return kysely
    .selectFrom('dataset_entries as held')
    .leftJoin('documents as source', 'source.id', 'held.source_document')
    .where((eb) => eb.or([eb('source.state', 'is', null), eb('source.state', '!=', 'forgotten')]))
}

/** By which SQLite finds entries. */
const beginning = (of: string) => sql<string>`substr(${sql.ref(of)}, 1, 8)`

/** Of the text that a column has the hash of. */
function holdersOf(kysely: Kysely<Tables>, column: string) {
  return holders(kysely)
    .where(beginning('held.document'), '=', beginning(column))
    .where('held.document', '=', sql.ref<string>(column))
}

/** Whether a column has the hash of a text that examples had, and none has any more. */
export function isOfForgottenText(kysely: Kysely<Tables>, column: string): Expression<SqlBool> {
  const entries = kysely
    .selectFrom('dataset_entries as held')
    .where(beginning('held.document'), '=', beginning(column))
    .where('held.document', '=', sql.ref<string>(column))
  const eb = expressionBuilder<Tables>()
  return eb.and([
    eb.exists(entries.select('held.id')),
    eb.not(eb.exists(holdersOf(kysely, column).select('held.id'))),
  ])
}

/** Hashes of texts that were made of forgotten documents: few, by which what else is about them is found. */
function forgottenTexts(kysely: Kysely<Tables>) {
  return kysely
    .selectFrom('documents as source')
    .innerJoin('dataset_entries as made', 'made.source_document', 'source.id')
    .where('source.state', '=', 'forgotten')
    .select('made.document')
}

/**
 * Deletes texts, labels, also those of several people, signatures, and what models answered about the texts, of entries
 * unless they are kept for others.
 */
function deleteUnheldOf(
  kysely: Kysely<Tables>,
  entries: SelectQueryBuilder<Tables, 'dataset_entries', object>,
): Step[] {
  const ofText = holdersOf(kysely, 'dataset_entries.document').select('held.id')
  // Whoever has the labels has the text: its hash is in theirs.
  const ofLabels = ofText.where('held.hash', '=', sql.ref<string>('dataset_entries.hash'))
  const texts = entries.where((eb) => eb.not(eb.exists(ofText))).select('document')
  const labels = entries.where((eb) => eb.not(eb.exists(ofLabels))).select('hash')
  return [
    { query: kysely.deleteFrom('dataset_texts').where('document', 'in', texts) },
    { query: kysely.deleteFrom('dataset_labels').where('hash', 'in', labels) },
    ...forgetExampleSignatureSteps(kysely, entries.select('document')),
    { query: kysely.deleteFrom('dataset_label_sets').where('document', 'in', texts) },
    { query: kysely.deleteFrom('answers').where('document', 'in', texts) },
  ]
}

/** Of examples that were made of a document; it is forgotten already. */
export function deleteContentSteps(kysely: Kysely<Tables>, document: string): Step[] {
  const entries = kysely.selectFrom('dataset_entries').where('source_document', '=', document)
  return deleteUnheldOf(kysely, entries)
}

/** Of examples that a new version has of documents which were forgotten while it was made. */
export function deleteForgottenSteps(kysely: Kysely<Tables>, version: string): Step[] {
  const forgotten = kysely.selectFrom('documents').select('id').where('state', '=', 'forgotten')
  const entries = kysely
    .selectFrom('dataset_entries')
    .where('version', '=', version)
    .where('source_document', 'in', forgotten)
  return deleteUnheldOf(kysely, entries)
}

/**
 * Deletes all texts, labels, also those of several people, signatures, and what models answered about the texts, that
 * are kept for no example.
 */
export function deleteUnheldSteps(kysely: Kysely<Tables>): Step[] {
  const held = holders(kysely)
  const texts = kysely
    .selectFrom('dataset_texts')
    .select('document')
    .except(held.select('held.document'))
  const labels = kysely.selectFrom('dataset_labels').select('hash').except(held.select('held.hash'))
  const sets = kysely
    .selectFrom('dataset_label_sets')
    .select('document')
    .except(held.select('held.document'))
  return [
    { query: kysely.deleteFrom('dataset_texts').where('document', 'in', texts) },
    { query: kysely.deleteFrom('dataset_labels').where('hash', 'in', labels) },
    ...forgetExampleSignatureSteps(kysely),
    { query: kysely.deleteFrom('dataset_label_sets').where('document', 'in', sets) },
    {
      query: kysely
        .deleteFrom('answers')
        .where('document', 'in', forgottenTexts(kysely))
        .where(isOfForgottenText(kysely, 'answers.document')),
    },
  ]
}
