import { createHmac, randomBytes } from 'node:crypto'
import { shortHash } from '../lib/content-hash.ts'
import type { Split } from '../schema/access.ts'
import type { Store } from '../store/store.ts'

/**
 * What the audit log calls what is hidden: by its hash alone somebody who has the file, and reads the log,
 * would learn that it is hidden. Equal hashes have equal names, here and nowhere else.
 */
export async function hiddenNames({
  secrets,
}: Pick<Store, 'secrets'>): Promise<(hash: string) => string> {
  const key = String(await secrets.ensure('audit-names', randomBytes(32).toString('hex')))
  return (hash) => `hidden:${createHmac('sha256', key).update(hash).digest('hex').slice(0, 32)}`
}

/** For details of an entry: a shortened hash, unless it is of what is hidden. */
export async function shortNameOf(
  store: Pick<Store, 'secrets'>,
  { hash, split }: { hash: string; split: Split },
): Promise<string> {
  return split === 'evaluation' ? shortHash(hash) : (await hiddenNames(store))(hash)
}
