import { z } from 'zod'
import { contentHash } from '../../../lib/content-hash.ts'
import { branchRef } from '../../git/names.ts'
import type { GitPlace } from '../../git/open-git-place.ts'
import { readObjects } from '../../git/read-objects.ts'
import { newObjects } from '../../git/write-objects.ts'
import { type ChangeFacts, readAll } from './change-facts.ts'
import type { LocalForgeHost } from './local-forge-host.ts'

/** By references, what there is to notice of each. */
const Noticed = z.record(z.string(), z.string())

const largest = 16 * 2 ** 20

/**
 * The cursor is the hash of an object with what was there to be noticed; git throws it away after some weeks,
 * and all open changes are told then.
 */
export async function listEvents(
  { place, branch }: LocalForgeHost,
  cursor: string | null,
): Promise<{ references: string[]; cursor: string }> {
  const { facts, at } = await readAll(place)
  const now = new Map(facts.map((change) => [change.reference, noticeable(change, at, branch)]))
  const json = JSON.stringify(Object.fromEntries([...now].toSorted(([a], [b]) => (a < b ? -1 : 1))))
  const objects = newObjects(place)
  const next = objects.blob(json)
  const before = cursor === null ? null : await readNoticed(place, cursor)
  if (next !== cursor || before === null) await objects.write()
  const references = facts
    .filter(({ reference, state }) =>
      before === null ? state === 'open' : before.get(reference) !== now.get(reference),
    )
    .map(({ reference }) => reference)
  return { references, cursor: next }
}

/** Without what we told ourselves. */
function noticeable(change: ChangeFacts, at: Map<string, string>, branch: string): string {
  const { title, description, author, state, mergedAs } = change
  const isOpen = state === 'open'
  const head = isOpen ? (at.get(branchRef(change.branch)) ?? null) : null
  const base = isOpen ? (at.get(branchRef(branch)) ?? null) : null
  return contentHash({ title, description, author, state, mergedAs, head, base }).slice(0, 16)
}

/** Null when it is gone, or is none of ours. */
async function readNoticed(place: GitPlace, cursor: string): Promise<Map<string, string> | null> {
  if (!/^[0-9a-f]{40,64}$/.test(cursor)) return null
  const [found] = await readObjects(place, [cursor], largest)
  if (found?.kind !== 'blob') return null
  return new Map(Object.entries(Noticed.parse(JSON.parse(found.content.toString('utf8')))))
}
