import { setImmediate } from 'node:timers/promises'
import { groupOfText, type Readable } from '../document/document-group.ts'
import { textOf } from '../document/document-text.ts'
import { UserFacingError } from '../lib/errors.ts'
import { Split } from '../schema/access.ts'
import type { DatasetEntry, DatasetVersion } from '../schema/stored-dataset.ts'
import type { NewVersion } from '../store/datasets.ts'
import type { Store } from '../store/store.ts'
import type { CopyCluster } from './check-copies.ts'
import { copiesIn } from './compare-texts.ts'
import { withoutEmpty } from './fields.ts'
import { quoted } from './line-error.ts'
import { documentHash } from './document-hash.ts'
import type { LoadedExample } from './loaded-example.ts'
import { readAllExamples } from './read-all-entries.ts'
import { exampleHash } from './version-hash.ts'
import { countTypes } from './version-sizes.ts'

/** An entry that has no group and no split yet. */
export type Draft = Omit<DatasetEntry, 'group' | 'split'> & {
  /** What it is told to belong to. */
  named?: string
  /** Chosen for it. */
  split?: Split
  /** Of the document that it was made of. */
  documentGroup?: string
}

/** Ids of examples that belong together. */
export type Together = [string, string]

type KeptDrafts = {
  drafts: Draft[]
  /** Ids of those that are replaced and go into `evaluation` with their groups. */
  retired: Set<string>
}

/**
 * Entries of the version before that stay.
 * @param options.retire groups that go into `evaluation`
 */
export function keptDrafts(
  old: readonly DatasetEntry[],
  { replaced, retire }: { replaced: ReadonlySet<string>; retire?: ReadonlySet<string> },
): KeptDrafts {
  const drafts: Draft[] = []
  const retired = new Set<string>()
  for (const { group, split: _split, ...rest } of old) {
    if (replaced.has(rest.id)) {
      if (retire?.has(group)) retired.add(rest.id)
      continue
    }
    const chosen = retire?.has(group) ? ('evaluation' as const) : undefined
    drafts.push({ ...rest, ...withoutEmpty({ named: rest.provenance?.group, split: chosen }) })
  }
  return { drafts, retired }
}

/** Ties of the version before that last: also of what comes again as the same and is not told to belong elsewhere. */
export function tiedDrafts(
  drafts: readonly Draft[],
  old: readonly DatasetEntry[],
): { drafts: Draft[]; together: Together[] } {
  const before = new Map(old.map((entry) => [entry.id, entry]))
  const together: Together[] = []
  const firstOf = new Map<string, string>()
  const tied = drafts.map((draft) => {
    const entry = before.get(draft.id)
    if (entry === undefined || !isTiedAs(entry, draft)) return draft
    const first = firstOf.get(entry.group)
    if (first === undefined) firstOf.set(entry.group, draft.id)
    else together.push([first, draft.id])
    return draft.named === undefined ? named(draft, entry.provenance?.group) : draft
  })
  return { drafts: tied, together }
}

/** By its text, or by its document where that was read otherwise. A file may name a group as an export does. */
function isTiedAs({ group, textGroup, provenance }: DatasetEntry, draft: Draft): boolean {
  const source = provenance?.source
  const isSame = source !== undefined && draft.provenance?.source === source
  if (!isSame && draft.textGroup !== textGroup) return false
  return draft.named === undefined || [group, provenance?.group].includes(draft.named)
}

function named(draft: Draft, group: string | undefined): Draft {
  if (group === undefined) return draft
  return { ...draft, named: group, provenance: { ...draft.provenance, group } }
}

/** Examples between which others have a turn. */
const turn = 200

type NewDrafts = { drafts: Draft[]; contents: NewVersion['contents'] }

type NewDraftsOptions = {
  splitKey: string
  /** As in `NewContent`. */
  splits: 'drawn' | 'given' | Split
  /** Ids of those that go into `evaluation`. */
  retired: ReadonlySet<string>
}

/**
 * @throws UserFacingError split-missing, split-unknown
 */
export async function newDrafts(
  examples: readonly LoadedExample[],
  { splitKey, splits, retired }: NewDraftsOptions,
): Promise<NewDrafts> {
  const all: NewDrafts = { drafts: [], contents: [] }
  for (const [i, example] of examples.entries()) {
    if (i % turn === turn - 1) await setImmediate()
    const { paragraphs, issues, extra } = example
    const document = documentHash(paragraphs)
    const hash = exampleHash({ document, issues, extra })
    const split = chosenSplit(example, { splits, retired })
    all.drafts.push({ ...draftOf(example, splitKey), document, hash, ...withoutEmpty({ split }) })
    const labels = { issues, ...withoutEmpty({ extra }) }
    all.contents.push({ document, hash, paragraphs, labels })
  }
  return all
}

function draftOf(example: LoadedExample, splitKey: string): Omit<Draft, 'document' | 'hash'> {
  const { id, issues, file, origin, group } = example
  const { document: source, review, chosen } = origin ?? {}
  const provenance = withoutEmpty({ file, group, source, review, chosen })
  return {
    id,
    textGroup: groupOfText(splitKey, readableOf(example)),
    issues: issues.length,
    types: countTypes(issues.map(({ type }) => ({ type, issues: 1 }))),
    provenance: Object.keys(provenance).length > 0 ? provenance : null,
    ...withoutEmpty({ named: group, documentGroup: origin?.group }),
  }
}

function chosenSplit(
  { id, split, extra }: LoadedExample,
  { splits, retired }: Pick<NewDraftsOptions, 'splits' | 'retired'>,
): Split | undefined {
  if (retired.has(id)) return 'evaluation'
  if (splits === 'drawn') return undefined
  if (splits !== 'given') return splits
  if (split !== undefined) return split
  throw noSplit(id, extra?.['split'])
}

/** @param said a name that is no split of ours was read as a field like any other */
function noSplit(id: string, said: unknown = null): UserFacingError {
  const names = `${Split.options.slice(0, -1).join(', ')} or ${Split.options.at(-1)}`
  if (said === null) {
    return new UserFacingError(
      'split-missing',
      `The example ${quoted(id)} says no split. Give each one "split": ${names}, or have splits drawn.`,
    )
  }
  return new UserFacingError(
    'split-unknown',
    `The example ${quoted(id)} says the split ${quoted(typeof said === 'string' ? said : JSON.stringify(said))}, which there is not. Give each one "split": ${names}, or have splits drawn.`,
  )
}

type Stays = { before: DatasetVersion | null; kept: readonly Draft[] }

export type ExampleText = { id: string; document: Readable }

/** What is new, then what stays and was not forgotten. */
export async function textsOf(
  datasets: Store['datasets'],
  examples: readonly LoadedExample[],
  { before, kept }: Stays,
): Promise<ExampleText[]> {
  const texts = examples.map((example) => ({ id: example.id, document: readableOf(example) }))
  if (before === null || kept.length === 0) return texts
  const stay = new Set(kept.map(({ id }) => id))
  for await (const { id, content, provenance } of readAllExamples(datasets, before)) {
    if (!stay.has(id) || content === null) continue
    const { paragraphs } = content
    texts.push({ id, document: readableOf({ id, paragraphs, file: provenance?.file }) })
  }
  return texts
}

/** A text without a word is told by its file, else by its name. */
export function readableOf({
  id,
  file,
  paragraphs,
}: Pick<LoadedExample, 'id' | 'file' | 'paragraphs'>): Readable {
  return { sha256: file?.sha256 ?? id, paragraphs }
}

/** Near-copies; there are no others than before when nothing is new. */
export async function copiesAmong(
  texts: readonly ExampleText[],
  examples: readonly LoadedExample[],
): Promise<CopyCluster[]> {
  if (examples.length === 0) return []
  return copiesIn(
    texts.map(({ id, document }) => ({ id, split: null, text: textOf(document.paragraphs) })),
  )
}
