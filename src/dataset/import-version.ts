import { setImmediate } from 'node:timers/promises'
import { groupOfText } from '../document/document-group.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { Split, SplitShares } from '../schema/access.ts'
import {
  type DatasetEntry,
  DatasetName,
  type DatasetVersion,
  type VersionProvenance,
} from '../schema/stored-dataset.ts'
import type { NewVersion } from '../store/datasets.ts'
import type { Store } from '../store/store.ts'
import { assignSplits } from './assign-splits.ts'
import { withoutEmpty } from './fields.ts'
import { groupExamples } from './group-examples.ts'
import { quoted } from './line-error.ts'
import { documentHash, type LoadedExample } from './loaded-example.ts'
import { countTypes, sizesOf } from './version-sizes.ts'
import { exampleHash } from './version-hash.ts'

export type ImportHost = {
  store: Pick<Store, 'datasets'>
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
  /** Ids of near-copies, also of those that stay. */
  copies?: readonly (readonly [string, string])[]
  createdBy: string
  source: string
  note: string | null
}

/**
 * Makes the next version of a dataset, and the dataset with its first one. A group keeps the split that
 * any of its texts has, unless another one is chosen.
 * @returns `added` false when nothing has changed
 * @throws UserFacingError dataset-name, dataset-empty, split-missing, group-shown, group-straddles,
 * dataset-changed
 */
export async function importVersion(
  host: ImportHost,
  wanted: NewContent,
): Promise<{ version: DatasetVersion; added: boolean }> {
  const { datasets } = host.store
  const { dataset, createdBy, source, note } = wanted
  requireDatasetName(dataset)
  const before = await datasets.version('everything', { dataset })
  const kept = wanted.mode === 'add' ? await keptDrafts(host, before, wanted.examples) : []
  const { drafts, contents } = await newDrafts(host, wanted)
  const all = [...kept, ...drafts]
  if (all.length === 0) {
    throw new UserFacingError('dataset-empty', 'It has no example. A version needs at least one.')
  }
  const { entries, groups } = await withSplits(host, all, wanted.copies ?? [])
  const { splits, hash } = sizesOf(entries)
  if (before?.hash === hash) return { version: before, added: false }
  await datasets.create({ name: dataset, createdBy })
  const provenance = { source, note, groups }
  const next = { dataset, after: before, createdBy, provenance, hash, splits, entries, contents }
  return { version: await datasets.addVersion(next), added: true }
}

/** An entry that has no group and no split yet. */
type Draft = Omit<DatasetEntry, 'group' | 'split'> & {
  /** What it is told to belong to. */
  named?: string
  /** Chosen for it. */
  split?: Split
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

const entriesAtOnce = 5000

/** Entries of the version before that stay, and stay together. */
async function keptDrafts(
  { store: { datasets } }: ImportHost,
  before: DatasetVersion | null,
  examples: readonly LoadedExample[],
): Promise<Draft[]> {
  const replaced = new Set(examples.map(({ id }) => id))
  const drafts: Draft[] = []
  if (before === null) return drafts
  for (let after: string | undefined; ;) {
    const page = { after, limit: entriesAtOnce }
    const entries = await datasets.entries('everything', before.id, page)
    for (const { group, split: _split, ...entry } of entries) {
      const named = entry.provenance?.group ?? `kept ${group}`
      if (!replaced.has(entry.id)) drafts.push({ ...entry, named })
    }
    after = entries.at(-1)?.id
    if (entries.length < entriesAtOnce) return drafts
  }
}

/** Examples between which others have a turn. */
const turn = 200

async function newDrafts(
  { splitKey }: ImportHost,
  { examples, splits }: NewContent,
): Promise<{ drafts: Draft[]; contents: NewVersion['contents'] }> {
  const drafts: Draft[] = []
  const contents: NewVersion['contents'] = []
  for (const [i, example] of examples.entries()) {
    if (i % turn === turn - 1) await setImmediate()
    const { id, paragraphs, issues, extra, file, group: named } = example
    const document = documentHash(paragraphs)
    const hash = exampleHash({ document, issues, extra })
    const provenance = withoutEmpty({ file, group: named })
    drafts.push({
      id,
      textGroup: groupOfText(splitKey, { sha256: file?.sha256 ?? document, paragraphs }),
      document,
      hash,
      issues: issues.length,
      types: countTypes(issues.map(({ type }) => ({ type, issues: 1 }))),
      provenance: Object.keys(provenance).length > 0 ? provenance : null,
      ...withoutEmpty({ named, split: splits === 'drawn' ? undefined : chosen(example, splits) }),
    })
    contents.push({ document, hash, paragraphs, labels: { issues, ...withoutEmpty({ extra }) } })
  }
  return { drafts, contents }
}

function chosen({ id, split }: LoadedExample, splits: 'given' | Split): Split {
  if (splits !== 'given') return splits
  if (split !== undefined) return split
  throw new UserFacingError(
    'split-missing',
    `The example ${quoted(id)} says no split. Give each one "split": evaluation, test or audit, or have splits drawn.`,
  )
}

type Assigned = { entries: DatasetEntry[]; groups: VersionProvenance['groups'] }

async function withSplits(
  { store: { datasets }, splitKey, shares }: ImportHost,
  drafts: Draft[],
  copies: readonly (readonly [string, string])[],
): Promise<Assigned> {
  const groupable = drafts.map(({ named, ...draft }) => ({
    ...draft,
    ...withoutEmpty({ group: named }),
  }))
  const groupOf = groupExamples(groupable, copies)
  const grouped = drafts.map((draft) => ({ ...draft, group: groupOf.get(draft.id) ?? '' }))
  const known = await datasets.splitsOf([...new Set(drafts.map(({ textGroup }) => textGroup))])
  const { splits, shown, straddling } = assignSplits(grouped, { key: splitKey, shares, known })
  if (straddling.length > 0) throw straddles(straddling)
  if (shown.length > 0) throw wasShown(shown)
  const entries = grouped.map(({ named: _named, group, ...draft }) => ({
    ...draft,
    group,
    split: splits.get(group)?.split ?? ('evaluation' as const),
  }))
  const refused = await datasets.claim(entries)
  const lost = entries.filter(({ textGroup }) => refused.has(textGroup))
  if (lost.length > 0) throw wasShown(lost.map(({ id }) => id))
  const groups = { kept: 0, drawn: 0, chosen: 0 }
  for (const { by } of splits.values()) groups[by] += 1
  return { entries, groups }
}

function wasShown(ids: string[]): UserFacingError {
  return new UserFacingError(
    'group-shown',
    `${some(ids)} cannot be hidden: engineers may have seen the text, a copy of it or what it belongs to. Leave them in evaluation.`,
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
