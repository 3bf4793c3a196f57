import { UserFacingError } from '../lib/errors.ts'
import type { Split } from '../schema/access.ts'
import type { DatasetEntry } from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'
import type { PlannedVersion } from './import-version.ts'
import { quoted } from './line-error.ts'
import { hiddenHolders, type HiddenRows } from './shown-by-choice.ts'

type Chosen = {
  dataset: string
  /** That a custodian has said. */
  split: Split
  /** Groups of the texts that it was said for, and of their documents. */
  groups: ReadonlySet<string>
  /** Is waited for before anybody is told that it is hidden. */
  begin: (hidden: HiddenRows) => Promise<void>
}

/**
 * What is an example of one hidden split is not to be one of another: a group has one split, and what `test` has
 * measured with is no audit of it. What would be shown is confirmed elsewhere.
 * @throws UserFacingError split-taken
 */
export async function refuseMoving(
  datasets: Pick<Store['datasets'], 'list' | 'entries'>,
  { dataset, split, groups, begin }: Chosen,
  { before, entries }: Pick<PlannedVersion, 'before' | 'entries'>,
): Promise<void> {
  if (split === 'evaluation') return
  const after = new Map(entries.map((entry) => [entry.id, entry]))
  const moved = before.find((entry) => isMoved(entry, after.get(entry.id)))
  const place = moved
    ? { id: moved.id, dataset, split: moved.split, hashes: [moved.hash] }
    : heldElsewhere(await hiddenHolders(datasets), { split, groups })
  if (place === null) return
  await begin(place)
  throw isTaken(split, place)
}

function heldElsewhere(
  holders: Awaited<ReturnType<typeof hiddenHolders>>,
  { split, groups }: Pick<Chosen, 'split' | 'groups'>,
): Place | null {
  for (const group of groups) {
    const places = [...(holders.get(group) ?? [])]
    const other = places.find(([, held]) => held.split !== split)
    if (other !== undefined) return { dataset: other[0], ...other[1] }
  }
  return null
}

function isMoved({ split }: DatasetEntry, after: DatasetEntry | undefined): boolean {
  return after !== undefined && after.split !== split && after.split !== 'evaluation'
}

type Place = HiddenRows & { id?: string; dataset: string }

function isTaken(wanted: Split, { id, dataset, split }: Place): UserFacingError {
  const what = id === undefined ? 'One of the texts' : `The example ${quoted(id)}`
  return new UserFacingError(
    'split-taken',
    `${what} is in ${split} of ${dataset} already, as the same text or a near copy: what belongs together has one split. Leave it in ${split}, not ${wanted}, or leave the split out.`,
  )
}
