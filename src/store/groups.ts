import { UserFacingError } from '../lib/errors.ts'
import { DocumentGroup } from '../schema/stored-document.ts'
import type { StoreContext } from './context.ts'

/** Groups of documents; made with their first document, their split never changes. */
export type Groups = {
  get(id: string): Promise<DocumentGroup | null>
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
      if (row === undefined) return null
      return DocumentGroup.parse({ ...row, shownToEngineer: row.shown_to_engineer === 1 })
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
