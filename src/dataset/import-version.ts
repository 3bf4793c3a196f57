import { groupOfText } from '../document/document-group.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { Split, SplitShares } from '../schema/access.ts'
import {
  type DatasetEntry,
  DatasetName,
  type DatasetVersion,
  type VersionProvenance,
} from '../schema/stored-dataset.ts'
import type { NewLeaks, ShownExample, VersionChanges } from '../schema/api/dataset-version.ts'
import type { NewVersion } from '../store/datasets.ts'
import type { Store } from '../store/store.ts'
import { assignSplits, settledSplit } from './assign-splits.ts'
import { copiesInEvaluation } from './copies-in-evaluation.ts'
import { withoutEmpty } from './fields.ts'
import { groupExamples } from './group-examples.ts'
import { type HiddenKin, hiddenKinOf, signHidden } from './hidden-kin.ts'
import type { LeakSearch } from './leak-sources.ts'
import { quoted } from './line-error.ts'
import type { LoadedExample } from './loaded-example.ts'
import { readAllEntries } from './read-all-entries.ts'
import { isNewTestSet } from './new-test-set.ts'
import { type NewCopies, newCopies } from './new-copies.ts'
import { newLeaks } from './new-leaks.ts'
import {
  copiesAmong,
  type Draft,
  type ExampleText,
  keptDrafts,
  newDrafts,
  textsOf,
  type Together,
} from './version-drafts.ts'
import { refuseOtherHidden } from './refuse-moving.ts'
import { type HiddenRows, type HiddenShown, refuseShown, shownByChoice } from './shown-by-choice.ts'
import { countChanges } from './version-changes.ts'
import { sizesOf } from './version-sizes.ts'

export type ImportHost = {
  store: Pick<Store, 'datasets' | 'groups' | 'signatures'>
  /** Of the installation. */
  splitKey: string
  /** Of groups that have no split yet. */
  shares: SplitShares
}

export type NewContent = {
  dataset: string
  examples: readonly LoadedExample[]
  /** `replace`: they are all that the version holds; `add`: what has other ids stays. */
  mode: 'replace' | 'add'
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
  Pick<NewVersion, 'splits' | 'contents'> & {
    shown: readonly HiddenShown[]
    /** Null: it would be the first one. */
    before: DatasetVersion | null
    /** Of `before`. */
    old: readonly DatasetEntry[]
    entries: DatasetEntry[]
    groups: VersionProvenance['groups']
    /** Hidden texts for which another split is chosen than they had. */
    said: Claimed[]
    kin: ReadonlyMap<string, HiddenKin>
    texts: readonly ExampleText[]
  }

type Claimed = { textGroup: string; split: Split }

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
  const before = await datasets.version('everything', { dataset })
  const kept = await whatStays(datasets, before, wanted)
  const { retired } = kept
  const { drafts, contents } = await newDrafts(examples, { ...host, splits: how, retired })
  const texts = await textsOf(datasets, examples, { before, kept: kept.drafts })
  const clusters = await copiesAmong(texts, examples)
  const all = [...kept.drafts, ...drafts]
  const old = before === null ? [] : await readAllEntries(datasets, before)
  if (all.length === 0) {
    throw new UserFacingError('dataset-empty', 'It has no example. A version needs at least one.')
  }
  const pairs = clusters.flatMap((cluster) => cluster.pairs.map(({ examples: pair }) => pair))
  const together = [...kept.together, ...pairs]
  const found = await withSplits(host, all, { together, texts, old })
  const { entries, groups, leftOut, said } = found
  const fresh = new Set(examples.map(({ id }) => id))
  const retiring = retiringGroups(entries, kept)
  const shown = await shownByChoice(entries, { ...found, datasets, dataset, retiring })
  return {
    ...sizesOf(entries),
    before,
    old,
    entries,
    groups,
    leftOut,
    said,
    kin: found.kin,
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
  const { leftOut, copies, refused, said } = plan
  const { search, examples } = wanted
  if (before?.hash === hash)
    return { version: before, added: false, changes: null, shown: [], leftOut, copies, leaks: null }
  const leaks = search ? await newLeaks(search, { examples, entries, texts }) : null
  const done = { leftOut, copies, leaks }
  const planned = { hash, entries, before: old, changes, shown, refused }
  await refuseOtherHidden(plan, { datasets, dataset, begin, planned })
  const withdraw = await begin(planned)
  if (refused) refuseShown(shown)
  const provenance = { source, note, groups }
  const isRotated = (wanted.retire?.size ?? 0) > 0
  const isNew = isRotated || isNewTestSet(old, entries)
  const next = { dataset, after: before, createdBy, provenance, hash, splits, entries, contents }
  const version = await orWithdraw(withdraw, async () => {
    await signHidden(signatures, entries, texts)
    return datasets.addVersion({ ...next, said, isNewTestSet: isNew })
  })
  const told = shown.map(({ hashes: _hashes, ...one }) => one)
  return { version, added: true, changes: before && changes, shown: told, ...done }
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

/** As they are grouped now. */
function retiringGroups(
  entries: readonly DatasetEntry[],
  { drafts, retired }: Awaited<ReturnType<typeof whatStays>>,
): Set<string> {
  const chosen = drafts.flatMap(({ id, split }) => (split === 'evaluation' ? [id] : []))
  const retiring = new Set([...chosen, ...retired])
  return new Set(entries.flatMap(({ id, group }) => (retiring.has(id) ? [group] : [])))
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

/** A text with a NUL could be kept by one store and not by the other, and no address may have one. */
function requireIds(examples: readonly LoadedExample[]): void {
  const wrong = examples.findIndex(({ id }) => id.includes('\0'))
  if (wrong === -1) return
  throw new UserFacingError(
    'example-id',
    `The id ${quoted(examples[wrong]?.id ?? '')} of example ${wrong + 1} has a NUL character (U+0000) in it. Give it another one.`,
  )
}

async function whatStays(
  datasets: Store['datasets'],
  before: DatasetVersion | null,
  { mode, examples, retire }: NewContent,
) {
  if (mode === 'replace' || before === null) {
    return { drafts: [], together: [], retired: new Set<string>() }
  }
  return keptDrafts(datasets, before, { replaced: new Set(examples.map(({ id }) => id)), retire })
}

type Assigned = Pick<Imported, 'leftOut'> & {
  entries: DatasetEntry[]
  groups: VersionProvenance['groups']
  said: Claimed[]
  known: Map<string, Split>
  kin: Map<string, HiddenKin>
}

type Related = {
  together: readonly Together[]
  texts: readonly ExampleText[]
  /** Of the version before. */
  old: readonly DatasetEntry[]
}

async function withSplits(
  host: ImportHost,
  drafts: Draft[],
  { together, texts, old }: Related,
): Promise<Assigned> {
  const { datasets } = host.store
  const groupable = drafts.map(({ named, ...draft }) => ({
    ...draft,
    ...withoutEmpty({ group: named }),
  }))
  const groupOf = groupExamples(groupable, together)
  const grouped = drafts.map((draft) => ({ ...draft, group: groupOf.get(draft.id) ?? '' }))
  const known = await knownSplits(datasets, drafts)
  const kin = await addSplitsOfKin(host, known, { drafts, texts })
  const ground = { key: host.splitKey, shares: host.shares, known }
  const { splits, shown, straddling } = assignSplits(grouped, ground)
  if (straddling.length > 0) throw straddles(straddling)
  if (shown.length > 0) throw wasShown(shown)
  const said = grouped.flatMap((draft) => {
    const { split, by } = splits.get(draft.group) ?? {}
    if (by !== 'chosen' || split === undefined || split === 'evaluation') return []
    const texts = [draft.textGroup, draft.documentGroup ?? draft.textGroup]
    return texts
      .filter((textGroup) => known.has(textGroup) && known.get(textGroup) !== split)
      .map((textGroup) => ({ textGroup, split }))
  })
  const all = grouped.map(({ named: _named, documentGroup: _group, group, ...draft }) => ({
    ...draft,
    group,
    split: splits.get(group)?.split ?? ('evaluation' as const),
  }))
  const out = await seenElsewhere(host, all, { texts, old })
  const refusedChoice = grouped.filter(({ group, split }) => out.has(group) && split !== undefined)
  if (refusedChoice.length > 0) throw wasShown(refusedChoice.map(({ id }) => id))
  const entries = all.filter(({ group }) => !out.has(group))
  if (entries.length === 0) throw allLeftOut(all.map(({ id }) => id))
  const leftOut = all.filter(({ group }) => out.has(group)).map(({ id }) => id)
  return { entries, groups: countGroups(splits, out), leftOut, said, known, kin }
}

function countGroups(
  splits: ReturnType<typeof assignSplits>['splits'],
  out: ReadonlySet<string>,
): VersionProvenance['groups'] {
  const groups = { kept: 0, drawn: 0, chosen: 0 }
  for (const [group, { by }] of splits) if (!out.has(group)) groups[by] += 1
  return groups
}

/**
 * Groups that would be hidden, but of which engineers have a copy among their documents. They are left out and
 * not shown: that would tell an engineer who uploads guesses which one was right. So would a test set that is another
 * one after a guess: what was hidden in the version before stays, and its check tells of it.
 */
async function seenElsewhere(
  host: ImportHost,
  entries: readonly DatasetEntry[],
  { texts, old }: Pick<Related, 'texts' | 'old'>,
): Promise<Set<string>> {
  const before = new Set(old.flatMap((one) => (one.split === 'evaluation' ? [] : [one.textGroup])))
  const stays = new Set(entries.flatMap((one) => (before.has(one.textGroup) ? [one.group] : [])))
  const groupOf = new Map(
    entries.flatMap(({ id, split, group }) =>
      split === 'evaluation' || stays.has(group) ? [] : [[id, group]],
    ),
  )
  const hidden = texts.filter(({ id }) => groupOf.has(id))
  const ownOf = new Map(
    hidden.map(({ id, document }) => [groupOfText(host.splitKey, document, 'engineers'), id]),
  )
  const same = await host.store.datasets.splitsOf([...ownOf.keys()])
  const ids = [...same.keys()].map((group) => ownOf.get(group) ?? '')
  if ((await host.store.signatures.last()) > 0) {
    const near = await copiesInEvaluation(host, hidden)
    ids.push(...near.map(({ example }) => example))
  }
  return new Set(ids.map((id) => groupOf.get(id) ?? ''))
}

/** Of texts, and of the documents that they were taken from. */
async function knownSplits(
  datasets: Pick<Store['datasets'], 'splitsOf' | 'chosenSplits'>,
  drafts: readonly Draft[],
): Promise<Map<string, Split>> {
  const groups = drafts.flatMap(({ textGroup, documentGroup = textGroup }) => [
    textGroup,
    documentGroup,
  ])
  const known = await datasets.splitsOf([...new Set(groups)])
  const chosen = await datasets.chosenSplits([...new Set(groups)])
  for (const { textGroup, documentGroup = textGroup } of drafts) {
    const split = settledSplit([textGroup, documentGroup], { known, chosen })
    if (split !== null) known.set(textGroup, split)
  }
  return known
}

/** A text that is not known itself goes with what is hidden of which it is a copy. */
async function addSplitsOfKin(
  { store: { signatures } }: ImportHost,
  known: Map<string, Split>,
  { drafts, texts }: { drafts: readonly Draft[]; texts: readonly ExampleText[] },
): Promise<Map<string, HiddenKin>> {
  const isNew = drafts.filter(({ textGroup }) => !known.has(textGroup))
  const textGroupOf = new Map(isNew.map(({ id, textGroup }) => [id, textGroup]))
  const kin = await hiddenKinOf(
    signatures,
    texts.filter(({ id }) => textGroupOf.has(id)),
  )
  for (const [id, { split }] of kin) known.set(textGroupOf.get(id) ?? id, split)
  return kin
}

function wasShown(ids: string[]): UserFacingError {
  return new UserFacingError(
    'group-shown',
    `${some(ids)} cannot be hidden: engineers may have seen the text, a copy of it or what it belongs to. Leave them in evaluation.`,
  )
}

function allLeftOut(ids: string[]): UserFacingError {
  return new UserFacingError(
    'dataset-empty',
    `${some(ids)} are all that would be in it, and engineers have copies of their texts among their own documents: they cannot stay hidden. Add examples that engineers have not seen, or these as evaluation.`,
  )
}

function straddles(ids: string[]): UserFacingError {
  return new UserFacingError(
    'group-straddles',
    `${some(ids)} belong together, but are to be in several splits. Give them one split, or another group.`,
  )
}

function some(ids: string[]): string {
  const named = ids.slice(0, 5).map(quoted).join(', ')
  const more = ids.length > 5 ? ` and ${ids.length - 5} more` : ''
  return `The examples ${named}${more}`
}
