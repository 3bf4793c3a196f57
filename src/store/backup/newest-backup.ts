import { z } from 'zod'
import type { Store } from '../store.ts'

const settingsKey = 'newest-backup'

/** When and where a backup was made, and whether something is missing in it. */
const RecordedBackup = z.object({
  /** UTC epoch milliseconds. */
  at: z.int(),
  /** As it was named on the machine that made it. */
  file: z.string(),
  rows: z.int().nonnegative(),
  files: z.int().nonnegative(),
  damagedFiles: z.int().nonnegative(),
  /** Whether what engineers may not see is for a custodian's key only. */
  sealed: z.boolean().default(false),
})
export type RecordedBackup = z.infer<typeof RecordedBackup>

type Kept = Pick<Store, 'settings'>

export async function recordBackup(
  { settings }: Kept,
  backup: z.input<typeof RecordedBackup>,
): Promise<void> {
  await settings.put(settingsKey, backup)
}

/** Null when none was recorded. */
export async function newestBackup({ settings }: Kept): Promise<RecordedBackup | null> {
  const found = await settings.get(settingsKey)
  return found === undefined ? null : RecordedBackup.parse(found)
}
