import type { Selectable } from 'kysely'
import { type ReferenceRole, StoredReference } from '../schema/reference-version.ts'
import type { StoreContext } from './context.ts'
import type { Tables } from './tables.ts'
import { generationOf } from './test-set-generations.ts'

/** The newest mark of each role; null where no version was marked. */
export type MarkedVersions = Record<ReferenceRole, StoredReference | null>

/** Versions of a flow that others are compared with; what was marked once stays recorded. */
export type ReferenceVersions = {
  of(flow: string): Promise<MarkedVersions>
  /**
   * What was in production when a test set was made, recorded with the version of its dataset; where nothing was known
   * to be, what was first. Null: nothing is.
   * @param testSet hash of a split
   */
  inProductionAt(flow: string, testSet: string): Promise<string | null>
  /** All that were ever marked so, the newest first. */
  marked(flow: string, role: ReferenceRole): Promise<string[]>
  /** False when somebody else marked one meanwhile; nothing is kept then. */
  mark(reference: Omit<StoredReference, 'markedAt'>): Promise<boolean>
}

export function createReferenceVersions({
  database: { kysely, atomically },
  now,
}: StoreContext): ReferenceVersions {
  async function outermost(
    flow: string,
    role: ReferenceRole,
    order: 'asc' | 'desc',
  ): Promise<StoredReference | null> {
    const row = await kysely
      .selectFrom('reference_versions')
      .selectAll()
      .where('flow', '=', flow)
      .where('role', '=', role)
      .orderBy('sequence', order)
      .limit(1)
      .executeTakeFirst()
    return row === undefined ? null : referenceOf(row)
  }
  const newest = (flow: string, role: ReferenceRole) => outermost(flow, role, 'desc')
  return {
    async of(flow) {
      const [baseline, anchor] = await Promise.all([
        newest(flow, 'baseline'),
        newest(flow, 'anchor'),
      ])
      return { baseline, anchor }
    },
    async inProductionAt(flow, testSet) {
      const recorded = await kysely
        .selectFrom('test_set_anchors')
        .select('version')
        .where('test_set', '=', generationOf(testSet))
        .where('flow', '=', flow)
        .executeTakeFirst()
      return recorded?.version ?? (await outermost(flow, 'baseline', 'asc'))?.version ?? null
    },
    async marked(flow, role) {
      const rows = await kysely
        .selectFrom('reference_versions')
        .select('version')
        .where('flow', '=', flow)
        .where('role', '=', role)
        .groupBy('version')
        .orderBy(({ fn }) => fn.max('sequence'), 'desc')
        .execute()
      return rows.map(({ version }) => version)
    },
    async mark({ markedBy, ...reference }) {
      const query = kysely
        .insertInto('reference_versions')
        .values({ ...reference, marked_by: markedBy, marked_at: now() })
        .onConflict((conflict) => conflict.columns(['flow', 'role', 'sequence']).doNothing())
      return (await atomically([{ query, required: true }])) !== null
    },
  }
}

function referenceOf({
  marked_by: markedBy,
  marked_at: markedAt,
  ...row
}: Selectable<Tables['reference_versions']>): StoredReference {
  return StoredReference.parse({ ...row, markedBy, markedAt })
}
