import { UserFacingError } from '../lib/errors.ts'
import type { Split } from '../schema/access.ts'
import {
  type DatasetEntry,
  DatasetName,
  type DatasetVersion,
  type VersionProvenance,
} from '../schema/stored-dataset.ts'
import type { NewLeaks, ShownExample, VersionChanges } from '../schema/api/dataset-version.ts'
import type { NewVersion } from '../store/datasets.ts'
import { filedGroups } from './filed-groups.ts'
import { type HiddenKin, signHidden } from './hidden-kin.ts'
import type { LeakSearch } from './leak-sources.ts'
import { quoted } from './line-error.ts'
import type { LoadedExample } from './loaded-example.ts'
import { type Newest, readNewest } from './read-all-entries.ts'
import { isNewTestSet } from './new-test-set.ts'
import { type NewCopies, newCopies } from './new-copies.ts'
import { newLeaks } from './new-leaks.ts'
import {
  copiesAmong,
  type ExampleText,
  keptDrafts,
  newDrafts,
  textsOf,
  tiedDrafts,
} from './version-drafts.ts'
import { hiddenComing, refuseOtherHidden } from './refuse-moving.ts'
import {
  type HiddenRows,
  type HiddenShown,
  refuseShown,
  shownByChoice,
  withHolders,
  withoutHashes,
} from './shown-by-choice.ts'
import { type Claimed, type ImportHost, withSplits } from './split-drafts.ts'
import { countChanges } from './version-changes.ts'
import { sizesOf } from './version-sizes.ts'

export type NewContent = {
  dataset: string
  examples: readonly LoadedExample[]
  /** `replace`: they are all that the version holds; `add`: what has other ids stays. */
  mode: 'replace' | 'add'
  /** The version that it was made for, which has to be the newest still; left out: whichever is the newest. */
  onto?: Newest
  /** `drawn` by the key, as the examples say (`given`), or one for all. */
  splits: 'drawn' | 'given' | Split
  /** Groups of the version before that go into `evaluation`. */
  retire?: ReadonlySet<string>
  /** Whether engineers may get to see what is hidden until now, here or elsewhere; default: no. */
  showHidden?: boolean
  /** In which what comes and is hidden is looked for; left out, nothing is. */
  search?: LeakSearch
  createdBy: string
  source: string
  note: string | null
}

type Imported = {
  version: DatasetVersion
  /** False when nothing has changed. */
  added: boolean
  /** Beside the version before; null when there is none, or nothing has changed. */
  changes: VersionChanges | null
  /** What was hidden until now and is not any more, as was confirmed. */
  shown: ShownExample[]
  /** Examples that would be hidden, but of which engineers have a copy among their own documents. */
  leftOut: string[]
  copies: NewCopies
  /** Null when nothing was looked for, or nothing hidden came. */
  leaks: NewLeaks | null
}

/** A version that nothing else hinders any more. */
export type PlannedVersion = {
  hash: string
  entries: readonly DatasetEntry[]
  /** Of the version before; none when there is none. */
  before: readonly DatasetEntry[]
  changes: VersionChanges
  shown: readonly HiddenRows[]
  /** Whether it is refused after all, because nobody has confirmed what it shows, or for what it moves. */
  refused: boolean
}

/** Says that what was begun has not come about. */
export type Withdraw = () => Promise<void>

export type Begin = (planned: PlannedVersion) => Promise<Withdraw>

const nothing: Withdraw = async () => {}

type VersionPlan = Pick<Imported, 'leftOut' | 'copies'> &
  Omit<PlannedVersion, 'before' | 'shown'> &
  Required<Pick<NewVersion, 'splits' | 'contents' | 'shows' | 'hides'>> & {
    shown: readonly HiddenShown[]
    /** Null: it would be the first one. */
    before: DatasetVersion | null
    /** Of `before`. */
    old: readonly DatasetEntry[]
    entries: DatasetEntry[]
    groups: VersionProvenance['groups']
    /** Hidden texts for which another split is chosen than they had. */
    said: Claimed[]
    kin: HiddenKin
    /** As `filedGroups` says. */
    filed: ReadonlyMap<string, string>
    texts: readonly ExampleText[]
  }

/**
 * What the next version of a dataset would be; nothing is written. A group keeps the split that any of its
 * texts has, or what is hidden of which one is a copy, unless another one is chosen.
 * @throws UserFacingError dataset-name, dataset-empty, example-id, split-missing, group-shown, group-straddles
 */
export async function planVersion(host: ImportHost, wanted: NewContent): Promise<VersionPlan> {
  const { datasets } = host.store
  const { dataset, splits: how, examples } = wanted
  requireDatasetName(dataset)
  requireIds(examples)
  const { version: before, entries: old } = wanted.onto ?? (await readNewest(datasets, dataset))
  const fresh = new Set(examples.map(({ id }) => id))
  const base = wanted.mode === 'replace' ? [] : old
  const kept = keptDrafts(base, { replaced: fresh, retire: wanted.retire })
  const { retired } = kept
  const { drafts, contents } = await newDrafts(examples, { ...host, splits: how, retired })
  const texts = await textsOf(datasets, examples, { before, kept: kept.drafts })
  const clusters = await copiesAmong(texts, examples)
  const { drafts: all, together: ties } = tiedDrafts([...kept.drafts, ...drafts], base)
  if (all.length === 0) {
    throw new UserFacingError('dataset-empty', 'It has no example. A version needs at least one.')
  }
  const pairs = clusters.flatMap((cluster) => cluster.pairs.map(({ examples: pair }) => pair))
  const together = [...ties, ...pairs]
  const filed = await filedGroups(host.store.documents, all)
  const found = await withSplits(host, all, { together, fresh, texts, old, filed })
  const { entries, groups, leftOut, said } = found
  const retiring = retiringIds(kept)
  const ground = { ...host.store, ...found, dataset, texts, retiring }
  const shown = await shownByChoice(entries, ground)
  return {
    ...sizesOf(entries),
    before,
    old,
    entries,
    groups,
    leftOut,
    said,
    shows: withHolders(found.shows, { entries, shown }),
    hides: hiddenComing(old, entries).map(({ textGroup, split }) => ({
      textGroup,
      split: found.hidden.get(textGroup) ?? split,
    })),
    kin: found.kin,
    filed,
    shown,
    contents,
    texts,
    copies: newCopies(clusters, { fresh, entries }),
    changes: countChanges(old, entries),
    refused: shown.length > 0 && wanted.showHidden !== true,
  }
}

/**
 * Makes the next version of a dataset, as `planVersion` says, and the dataset with its first one.
 * @throws UserFacingError hidden-shown, split-taken, dataset-changed, group-shown, and those of `planVersion`
 * @param begin is waited for once everything was checked, before anything changes; not when nothing will. What it
 * gives is done when the version was not added after all.
 */
export async function importVersion(
  host: ImportHost,
  wanted: NewContent,
  begin: Begin = async () => nothing,
): Promise<Imported> {
  const { datasets, signatures } = host.store
  const { dataset, createdBy, source, note } = wanted
  const plan = await planVersion(host, wanted)
  const { before, old, hash, splits, entries, groups, contents, texts, changes, shown } = plan
  const { leftOut, copies, refused, said, shows, hides } = plan
  const { search, examples } = wanted
  if (before?.hash === hash)
    return { version: before, added: false, changes: null, shown: [], leftOut, copies, leaks: null }
  const leaks = search ? await newLeaks(search, { examples, entries, texts }) : null
  const done = { leftOut, copies, leaks }
  const planned = { hash, entries, before: old, changes, shown, refused }
  await refuseOtherHidden(
    { ...plan, areSaid: wanted.splits !== 'drawn' },
    { ...host.store, dataset, begin, planned },
  )
  const withdraw = await begin(planned)
  if (refused) refuseShown(shown, (them) => `Leave ${them} out, have splits drawn`)
  const provenance = { source, note, groups }
  const isRotated = (wanted.retire?.size ?? 0) > 0
  const isNew = isRotated || isNewTestSet(old, entries)
  const next = { dataset, after: before, createdBy, provenance, hash, splits, entries, contents }
  const version = await orWithdraw(withdraw, async () => {
    await signHidden(signatures, entries, texts)
    return datasets.addVersion({ ...next, said, shows, hides, isNewTestSet: isNew })
  })
  // What is kept for no text is deleted each night: perhaps these, before their texts were there.
  await signHidden(signatures, entries, texts)
  return { version, added: true, changes: before && changes, shown: withoutHashes(shown), ...done }
}

/** @throws what `work` throws, once it was withdrawn */
export async function orWithdraw<Value>(
  withdraw: Withdraw,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    await withdraw()
    throw error
  }
}

/** Whose groups were drawn. What has come to be of one of these groups since was not: it is asked about. */
function retiringIds({ drafts, retired }: ReturnType<typeof keptDrafts>): Set<string> {
  const chosen = drafts.flatMap(({ id, split }) => (split === 'evaluation' ? [id] : []))
  return new Set([...chosen, ...retired])
}

/** @throws UserFacingError dataset-name */
export function requireDatasetName(name: string): void {
  const result = DatasetName.safeParse(name)
  if (result.success) return
  throw new UserFacingError(
    'dataset-name',
    `${quoted(name)} is no name for a dataset: take up to 100 ${result.error.issues[0]?.message}, a letter or digit first.`,
  )
}

/** In UTF-8. An index of PostgreSQL takes some 2,700, with all that stands beside an id. */
const longestId = 1000

/** @throws UserFacingError example-id */
function requireIds(examples: readonly LoadedExample[]): void {
  for (const [index, { id }] of examples.entries()) {
    const fault = faultOfId(id)
    if (fault === null) continue
    throw new UserFacingError(
      'example-id',
      `The id ${quoted(id)} of example ${index + 1} has ${fault}. Give it another one.`,
    )
  }
}

/** What one store could keep and another one not, or not as it is; and no address may have a NUL. */
function faultOfId(id: string): string | null {
  if (id.includes('\0')) return 'a NUL character (U+0000) in it'
  if (!id.isWellFormed()) return 'half of a character in it (a surrogate alone)'
  const bytes = Buffer.byteLength(id)
  return bytes > longestId ? `${bytes} bytes in UTF-8, and may have ${longestId}` : null
}
