import type { StoreContext } from '../context.ts'
import { contentOf, openKey } from './secret-keys.ts'

/**
 * Opens all with master keys that are read anew, also those that this process has opened before.
 * @returns how many there are
 * @throws UserFacingError master-key-missing, -wrong, -invalid, -unreadable, -open, secret-damaged
 */
export async function trySecrets({
  database: { kysely },
  masterKeys,
}: StoreContext): Promise<number> {
  const masters = await masterKeys.read()
  // Keys with their secrets, in one look: a rotation takes keys away.
  const rows = await kysely
    .selectFrom('secret_keys')
    .leftJoin('secrets', 'secrets.key_number', 'secret_keys.number')
    .selectAll('secret_keys')
    .select(['secrets.name', 'secrets.sealed as content'])
    .execute()
  const secrets = rows.map(({ name, content, ...row }) => {
    const key = openKey(row, masters)
    if (name === null || content === null) return []
    return [contentOf({ name, sealed: content, key_number: key.number }, [key])]
  })
  return secrets.flat().length
}
