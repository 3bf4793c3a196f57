import { UserFacingError } from '../lib/errors.ts'
import type { Split } from '../schema/access.ts'
import type { DatasetEntry } from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'
import { type FiledDocuments, filedGroupOf } from './filed-groups.ts'
import { type HiddenKin, kinOfEach } from './hidden-kin.ts'
import type { Begin, PlannedVersion } from './import-version.ts'
import { quoted } from './line-error.ts'
import { hiddenHolders, type HiddenRows } from './shown-by-choice.ts'
import type { ExampleText } from './version-drafts.ts'

type Holders = {
  datasets: Pick<Store['datasets'], 'list' | 'entries'>
  documents: FiledDocuments
}

type Merging = {
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
  { datasets, documents }: Holders,
  { dataset, split, groups, begin }: Merging,
  { before, entries }: Pick<PlannedVersion, 'before' | 'entries'>,
): Promise<void> {
  if (split === 'evaluation') return
  const after = new Map(entries.map((entry) => [entry.id, entry]))
  const moved = before.find((entry) => isMoved(entry, after.get(entry.id)))
  const place = moved
    ? { id: moved.id, dataset, split: moved.split, hashes: [moved.hash] }
    : heldElsewhere(await hiddenHolders(datasets, { documents }), { split, groups })
  if (place === null) return
  await begin(place)
  throw isTaken(split, place)
}

type Importing = Holders &
  Pick<Store, 'signatures'> & {
    dataset: string
    begin: Begin
    planned: PlannedVersion
  }

type Coming = {
  entries: readonly DatasetEntry[]
  /** Of the version before. */
  old: readonly DatasetEntry[]
  /** Of texts that were not known before. */
  kin: HiddenKin
  /** As `filedGroups` says. */
  filed: ReadonlyMap<string, string>
  texts: readonly ExampleText[]
  /** Whether somebody says their splits: what is drawn goes with its nearest copy, whatever others there are. */
  areSaid: boolean
}

/**
 * The same for what an import brings or moves: what another dataset has in one hidden split does not come into the
 * other one, whether that was said or comes of what it belongs to.
 * @throws UserFacingError split-taken
 */
export async function refuseOtherHidden(
  { entries, old, ...related }: Coming,
  { datasets, documents, signatures, dataset, begin, planned }: Importing,
): Promise<void> {
  const coming = hiddenComing(old, entries)
  if (coming.length === 0) return
  const holders = await hiddenHolders(datasets, { except: dataset, documents })
  if (holders.size === 0) return
  const keysOf = await relatedKeys(signatures, coming, related)
  for (const entry of coming) {
    const { id, split } = entry
    const place = heldElsewhere(holders, { split, groups: keysOf(entry) })
    if (place === null) continue
    await begin({ ...planned, shown: [place], refused: true })
    throw isTaken(split, { ...place, said: id })
  }
}

/** What is hidden and was not in the version before, or not in that split. */
export function hiddenComing(
  old: readonly DatasetEntry[],
  entries: readonly DatasetEntry[],
): DatasetEntry[] {
  const before = new Set(old.map(placeOf))
  return entries.filter((one) => one.split !== 'evaluation' && !before.has(placeOf(one)))
}

/** By which `hiddenHolders` knows an entry, its document, the group of that, and what is hidden of which it is a copy. */
async function relatedKeys(
  signatures: Store['signatures'],
  coming: readonly DatasetEntry[],
  { kin, filed, texts, areSaid }: Omit<Coming, 'entries' | 'old'>,
) {
  const come = new Set(coming.map(({ id }) => id))
  const own = texts.filter(({ id }) => areSaid && come.has(id))
  const copies = await kinOfEach(signatures, own, kin)
  return (entry: DatasetEntry): Set<string> => {
    const { id, textGroup, provenance } = entry
    const copied = copies.get(id) ?? []
    const counting = areSaid ? copied : copied.slice(0, 1)
    const ids = counting.map((one) => one.document)
    const keys = [textGroup, provenance?.source, filedGroupOf(filed, entry), ...ids]
    return new Set(keys.filter((key) => key !== undefined))
  }
}

const placeOf = ({ textGroup, split }: Pick<DatasetEntry, 'textGroup' | 'split'>): string =>
  `${split} ${textGroup}`

function heldElsewhere(
  holders: Awaited<ReturnType<typeof hiddenHolders>>,
  { split, groups }: Pick<Merging, 'split' | 'groups'>,
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

type Place = HiddenRows & {
  id?: string
  dataset: string
  /** The example that was to come in. */
  said?: string
}

function isTaken(wanted: Split, { id, dataset, split, said = id }: Place): UserFacingError {
  const what = said === undefined ? 'One of the texts' : `The example ${quoted(said)}`
  return new UserFacingError(
    'split-taken',
    `${what} is in ${split} of ${dataset} already, as the same text, a near copy or a part of the same document: what belongs together has one split. Leave it in ${split}, not ${wanted}, or leave the split out.`,
  )
}
