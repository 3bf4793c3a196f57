import { contentHash } from '../lib/content-hash.ts'
import type { Split } from '../schema/access.ts'

/** Of a whole version of a dataset, by those of its splits; without the examples of a split its hash is null. */
export function versionHash(splits: Readonly<Record<Split, string | null>>): string {
  return contentHash(splits)
}
