import { randomBytes } from 'node:crypto'
import type { Store } from '../store/store.ts'

/** The key that tells which split a group is of: who has it could tell of any text. Made once. */
export async function ensureSplitKey({ secrets }: Pick<Store, 'secrets'>): Promise<string> {
  return String(await secrets.ensure('split-key', randomBytes(32).toString('hex')))
}
