import type { Selectable } from 'kysely'
import { StoredApiKey } from '../schema/stored-api-key.ts'
import type { StoreContext } from './context.ts'
import type { Tables } from './tables.ts'

/** Keys of people, by the hash of their secrets; they go with their person. */
export type ApiKeys = {
  add(key: Omit<StoredApiKey, 'createdAt' | 'lastUsedAt'>): Promise<StoredApiKey>
  /** Of a person, oldest first. */
  list(person: string): Promise<StoredApiKey[]>
  /** With this beginning: one, as a rule. */
  withHint(hint: string): Promise<StoredApiKey[]>
  /** False when that person has no such key. */
  remove(person: string, id: string): Promise<boolean>
  /** Remembers that it was used now. */
  markUsed(id: string): Promise<void>
}

export function createApiKeys({ database: { kysely, atomically }, now }: StoreContext): ApiKeys {
  const select = () => kysely.selectFrom('api_keys').selectAll()
  return {
    async add({ secretHash, expiresAt, permissions, ...rest }) {
      const row = {
        ...rest,
        permissions: JSON.stringify(permissions),
        secret_hash: secretHash,
        created_at: now(),
        expires_at: expiresAt,
        last_used_at: null,
      }
      await atomically([{ query: kysely.insertInto('api_keys').values(row) }])
      return keyOf(row)
    },
    async list(person) {
      const query = select().where('person', '=', person).orderBy('created_at').orderBy('id')
      return (await query.execute()).map(keyOf)
    },
    async withHint(hint) {
      return (await select().where('hint', '=', hint).execute()).map(keyOf)
    },
    async remove(person, id) {
      const query = kysely.deleteFrom('api_keys').where('id', '=', id).where('person', '=', person)
      return (await atomically([{ query, required: true }])) !== null
    },
    async markUsed(id) {
      const query = kysely.updateTable('api_keys').set({ last_used_at: now() }).where('id', '=', id)
      await atomically([{ query }])
    },
  }
}

function keyOf(row: Selectable<Tables['api_keys']>): StoredApiKey {
  return StoredApiKey.parse({
    ...row,
    permissions: JSON.parse(row.permissions),
    secretHash: row.secret_hash,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  })
}
