import { FlowVersion } from '../schema/stored-review.ts'
import type { StoreContext } from './context.ts'

/** Flow versions by their hash; one never changes. */
export type FlowVersions = {
  put(version: Pick<FlowVersion, 'hash' | 'name' | 'manifest'>): Promise<void>
  get(hash: string): Promise<FlowVersion | null>
  /** Newest first. */
  list(): Promise<FlowVersion[]>
}

export function createFlowVersions({
  database: { kysely, atomically },
  now,
}: StoreContext): FlowVersions {
  return {
    async put({ hash, name, manifest }) {
      const query = kysely
        .insertInto('flow_versions')
        .values({ hash, name, manifest: JSON.stringify(manifest), created_at: now() })
        .onConflict((conflict) => conflict.column('hash').doNothing())
      await atomically([{ query }])
    },
    async get(hash) {
      const row = await kysely
        .selectFrom('flow_versions')
        .selectAll()
        .where('hash', '=', hash)
        .executeTakeFirst()
      return row === undefined ? null : flowVersionOf(row)
    },
    async list() {
      const rows = await kysely
        .selectFrom('flow_versions')
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('hash')
        .execute()
      return rows.map(flowVersionOf)
    },
  }
}

function flowVersionOf(row: { hash: string; name: string; manifest: string; created_at: number }) {
  return FlowVersion.parse({
    ...row,
    manifest: JSON.parse(row.manifest),
    createdAt: row.created_at,
  })
}
