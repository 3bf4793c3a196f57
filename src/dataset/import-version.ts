import { groupOfText } from '../document/document-group.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { Split, SplitShares } from '../schema/access.ts'
import {
  type DatasetEntry,
  DatasetName,
  type DatasetVersion,
  type VersionProvenance,
} from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'
import { assignSplits, openest } from './assign-splits.ts'
import { copiesInEvaluation } from './copies-in-evaluation.ts'
import { withoutEmpty } from './fields.ts'
import { groupExamples } from './group-examples.ts'
import { signHidden, splitsOfHiddenKin } from './hidden-kin.ts'
import { quoted } from './line-error.ts'
import type { LoadedExample } from './loaded-example.ts'
import { type NewCopies, newCopies } from './new-copies.ts'
import {
  copiesAmong,
  type Draft,
  type ExampleText,
  keptDrafts,
  newDrafts,
  textsOf,
  type Together,
} from './version-drafts.ts'
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
  createdBy: string
  source: string
  note: string | null
}

type Imported = {
  version: DatasetVersion
  /** False when nothing has changed. */
  added: boolean
  /** Examples that would be hidden, but of which engineers have a copy among their own documents. */
  leftOut: string[]
  copies: NewCopies
}

/**
 * Makes the next version of a dataset, and the dataset with its first one. A group keeps the split that
 * any of its texts has, or what is hidden of which one is a copy, unless another one is chosen.
 * @throws UserFacingError dataset-name, dataset-empty, split-missing, group-shown, group-straddles,
 * dataset-changed
 */
export async function importVersion(host: ImportHost, wanted: NewContent): Promise<Imported> {
  const { datasets } = host.store
  const { dataset, createdBy, source, note } = wanted
  requireDatasetName(dataset)
  const before = await datasets.version('everything', { dataset })
  const kept = await whatStays(datasets, before, wanted)
  const { splits: how, examples } = wanted
  const { retired } = kept
  const { drafts, contents } = await newDrafts(examples, { ...host, splits: how, retired })
  const texts = await textsOf(datasets, wanted.examples, { before, kept: kept.drafts })
  const clusters = await copiesAmong(texts, wanted.examples)
  const all = [...kept.drafts, ...drafts]
  if (all.length === 0) {
    throw new UserFacingError('dataset-empty', 'It has no example. A version needs at least one.')
  }
  const pairs = clusters.flatMap((cluster) => cluster.pairs.map(({ examples: pair }) => pair))
  const together = [...kept.together, ...pairs]
  const { entries, groups, leftOut } = await withSplits(host, all, { together, texts })
  const { splits, hash } = sizesOf(entries)
  const fresh = new Set(examples.map(({ id }) => id))
  const done = { leftOut, copies: newCopies(clusters, { fresh, entries }) }
  if (before?.hash === hash) return { version: before, added: false, ...done }
  await signHidden(host.store.signatures, entries, texts)
  await datasets.create({ name: dataset, createdBy })
  const provenance = { source, note, groups }
  const next = { dataset, after: before, createdBy, provenance, hash, splits, entries, contents }
  return { version: await datasets.addVersion(next), added: true, ...done }
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
}

type Related = { together: readonly Together[]; texts: readonly ExampleText[] }

async function withSplits(
  host: ImportHost,
  drafts: Draft[],
  { together, texts }: Related,
): Promise<Assigned> {
  const { datasets } = host.store
  const groupable = drafts.map(({ named, ...draft }) => ({
    ...draft,
    ...withoutEmpty({ group: named }),
  }))
  const groupOf = groupExamples(groupable, together)
  const grouped = drafts.map((draft) => ({ ...draft, group: groupOf.get(draft.id) ?? '' }))
  const known = await knownSplits(datasets, drafts)
  await addSplitsOfKin(host, known, { drafts, texts })
  const ground = { key: host.splitKey, shares: host.shares, known }
  const { splits, shown, straddling } = assignSplits(grouped, ground)
  if (straddling.length > 0) throw straddles(straddling)
  if (shown.length > 0) throw wasShown(shown)
  const all = grouped.map(({ named: _named, documentGroup: _group, group, ...draft }) => ({
    ...draft,
    group,
    split: splits.get(group)?.split ?? ('evaluation' as const),
  }))
  const out = await seenElsewhere(host, all, texts)
  const refusedChoice = grouped.filter(({ group, split }) => out.has(group) && split !== undefined)
  if (refusedChoice.length > 0) throw wasShown(refusedChoice.map(({ id }) => id))
  const entries = all.filter(({ group }) => !out.has(group))
  if (entries.length === 0) throw allLeftOut(all.map(({ id }) => id))
  const refused = await datasets.claim(entries)
  const lost = entries.filter(({ textGroup }) => refused.has(textGroup))
  if (lost.length > 0) throw wasShown(lost.map(({ id }) => id))
  const leftOut = all.filter(({ group }) => out.has(group)).map(({ id }) => id)
  return { entries, groups: countGroups(splits, out), leftOut }
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
 * Groups that are hidden, but of which engineers have a copy among their documents. They are left out and
 * not shown: that would tell an engineer who uploads guesses which one was right.
 */
async function seenElsewhere(
  host: ImportHost,
  entries: readonly DatasetEntry[],
  texts: readonly ExampleText[],
): Promise<Set<string>> {
  const groupOf = new Map(
    entries.flatMap(({ id, split, group }) => (split === 'evaluation' ? [] : [[id, group]])),
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

/** Of texts, and of the documents that they were taken from: what more people may see counts. */
async function knownSplits(
  datasets: Pick<Store['datasets'], 'splitsOf'>,
  drafts: readonly Draft[],
): Promise<Map<string, Split>> {
  const groups = drafts.flatMap(({ textGroup, documentGroup = textGroup }) => [
    textGroup,
    documentGroup,
  ])
  const known = await datasets.splitsOf([...new Set(groups)])
  for (const { textGroup, documentGroup = textGroup } of drafts) {
    const splits = [textGroup, documentGroup].flatMap((group) => known.get(group) ?? [])
    const split = openest(splits)
    if (split !== null) known.set(textGroup, split)
  }
  return known
}

/** A text that is not known itself goes with what is hidden of which it is a copy. */
async function addSplitsOfKin(
  { store: { signatures } }: ImportHost,
  known: Map<string, Split>,
  { drafts, texts }: { drafts: readonly Draft[]; texts: readonly ExampleText[] },
): Promise<void> {
  const isNew = drafts.filter(({ textGroup }) => !known.has(textGroup))
  const textGroupOf = new Map(isNew.map(({ id, textGroup }) => [id, textGroup]))
  const kin = await splitsOfHiddenKin(
    signatures,
    texts.filter(({ id }) => textGroupOf.has(id)),
  )
  for (const [id, split] of kin) known.set(textGroupOf.get(id) ?? id, split)
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
