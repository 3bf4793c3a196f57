import { z } from 'zod'
import { contentHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { Store } from '../store/store.ts'

const cursorKey = 'change-cursor'

/** What was seen of the forge. */
const ForgeCursor = z.object({
  /** As the forge gave it; null: everything is looked at. */
  cursor: z.string().nullable(),
  allAt: z.int(),
  /** Hash of what holds for all changes. */
  context: z.string().default(''),
  /** Since when it does not answer; UTC epoch milliseconds. Null: it does. */
  awaySince: z.int().nullable().default(null),
  /** References of what happened and could not be read. */
  unread: z.array(z.string()).default([]),
})
export type ForgeCursor = z.infer<typeof ForgeCursor>
const nothingSeen: ForgeCursor = {
  cursor: null,
  allAt: 0,
  context: '',
  awaySince: null,
  unread: [],
}

type Kept = { store: Pick<Store, 'settings'> }

export async function readCursor({ store }: Kept): Promise<ForgeCursor> {
  const parsed = ForgeCursor.safeParse(await store.settings.get(cursorKey))
  return parsed.success ? parsed.data : nothingSeen
}

/** What is as it was is not written again. */
export async function keepCursor(host: Kept, seen: ForgeCursor): Promise<void> {
  if (contentHash(seen) === contentHash(await readCursor(host))) return
  await host.store.settings.put(cursorKey, seen)
}

/** What the forge could not be asked about a change is asked again: nothing that happened meanwhile is lost. */
export async function forgetCursor(host: Kept): Promise<void> {
  const { awaySince } = await readCursor(host)
  await keepCursor(host, { ...nothingSeen, awaySince })
}

/** Whether it is nobody's fault here, and over some time. */
export function isAway(error: unknown): boolean {
  return error instanceof UserFacingError && error.code === 'forge-unavailable'
}

/** Notes the first of several times in which nobody answers. */
export async function noteAway(host: Kept & { now: () => number }, error: unknown): Promise<void> {
  if (!isAway(error)) return
  const kept = await readCursor(host)
  if (kept.awaySince === null) await keepCursor(host, { ...kept, awaySince: host.now() })
}
