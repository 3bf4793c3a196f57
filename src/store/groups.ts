import { UserFacingError } from '../lib/errors.ts'
import { DocumentGroup } from '../schema/stored-document.ts'
import type { StoreContext } from './context.ts'
import { batches } from './row-columns.ts'
import type { Tables } from './tables.ts'

/** Groups of documents; made with their first document, their split never changes. */
export type Groups = {
  get(id: string): Promise<DocumentGroup | null>
  /** Those that there are, by id. */
  many(ids: string[]): Promise<Map<string, DocumentGroup>>
  /**
   * Remembers for ever that an engineer has seen it.
   * @throws UserFacingError group-hidden when it is not of the evaluation split
   */
  markShown(id: string): Promise<void>
}

export function createGroups({ database: { kysely, atomically } }: StoreContext): Groups {
  return {
    async get(id) {
      const row = await kysely
        .selectFrom('document_groups')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? null : groupOf(row)
    },
    async many(ids) {
      const groups = new Map<string, DocumentGroup>()
      for (const batch of batches(ids)) {
        const query = kysely.selectFrom('document_groups').selectAll().where('id', 'in', batch)
        for (const row of await query.execute()) groups.set(row.id, groupOf(row))
      }
      return groups
    },
    async markShown(id) {
      const query = kysely
        .updateTable('document_groups')
        .set({ shown_to_engineer: 1 })
        .where('id', '=', id)
        .where('split', '=', 'evaluation')
      if ((await atomically([{ query, required: true }])) === null) {
        throw new UserFacingError('group-hidden', 'This document cannot be shown.')
      }
    },
  }
}

function groupOf(row: Tables['document_groups']): DocumentGroup {
  return DocumentGroup.parse({ ...row, shownToEngineer: row.shown_to_engineer === 1 })
}
