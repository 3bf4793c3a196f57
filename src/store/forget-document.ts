import type { Kysely } from 'kysely'
import type { Step } from './database.ts'
import { deleteContentSteps } from './dataset-contents.ts'
import { forgetCallSteps } from './gate-calls.ts'
import { forgetSignatureSteps } from './signatures.ts'
import type { Tables } from './tables.ts'

/** Deletes everything that holds text of the document; stops reviews, whose late parts are refused. */
export function forgetSteps(kysely: Kysely<Tables>, id: string, time: number): Step[] {
  const reviews = kysely.selectFrom('reviews').select('id').where('document', '=', id)
  const content = kysely.selectFrom('documents').select('sha256').where('id', '=', id)
  const issues = kysely.selectFrom('issues').select('id').where('review', 'in', reviews)
  const verdicts = kysely.selectFrom('verdicts').select('id').where('review', 'in', reviews)
  return [
    {
      query: kysely
        .updateTable('documents')
        .set({
          state: 'forgotten',
          name: null,
          forgotten_at: time,
          error_code: null,
          error_message: null,
        })
        .where('id', '=', id)
        .where('state', '!=', 'forgotten'),
      required: true,
    },
    {
      query: kysely
        .updateTable('reviews')
        .set({ state: 'stopped', ended_at: time })
        .where('document', '=', id)
        .where('state', 'in', ['queued', 'running']),
    },
    { query: kysely.deleteFrom('document_texts').where('document', '=', id) },
    ...forgetSignatureSteps(kysely, id),
    { query: kysely.deleteFrom('issue_texts').where('issue', 'in', issues) },
    { query: kysely.deleteFrom('verdict_texts').where('verdict', 'in', verdicts) },
    { query: kysely.deleteFrom('review_events').where('review', 'in', reviews) },
    ...forgetCallSteps(kysely, id),
    ...deleteContentSteps(kysely, id),
    { query: kysely.deleteFrom('answers').where('document', 'in', content) },
  ]
}
