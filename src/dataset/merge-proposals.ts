import { groupOfText } from '../document/document-group.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { Split } from '../schema/access.ts'
import type { RotationSizes } from '../schema/api/dataset-proposals.ts'
import type { ReviewedExample } from '../schema/reviewed-example.ts'
import type { DatasetEntry, DatasetVersion } from '../schema/stored-dataset.ts'
import { withoutEmpty } from './fields.ts'
import { type Begin, importVersion, type NewContent, planVersion } from './import-version.ts'
import type { LeakSource } from './leak-sources.ts'
import type { LoadedExample } from './loaded-example.ts'
import {
  chosenProposals,
  contentOf,
  type Proposal,
  type SplitAsExample,
  splitsAsExamples,
} from './proposals.ts'
import { readNewest } from './read-all-entries.ts'
import { refuseLeaks } from './refuse-leaks.ts'
import { refuseMoving } from './refuse-moving.ts'
import { requireTest, retiringGroups, rotationSizes } from './rotate.ts'
import type { HiddenRows } from './shown-by-choice.ts'
import type { ImportHost } from './split-drafts.ts'

type Taken = {
  dataset: string
  /** Ids of reviews. */
  reviews: readonly string[]
  /** Whether a third of `test` goes into `evaluation` with the same version. */
  rotate: boolean
  /** Of all of them, as a custodian says; left out: that of their documents. */
  split?: Split
  /** Prompts, rules and guidelines, in which no hidden example may stand. */
  sources: LeakSource[]
}

export type Merge = Taken & {
  /** Hash of the newest version as somebody has looked at it; left out: whichever it is. */
  version?: string
  showHidden: boolean
  createdBy: string
  note: string | null
  /** As in `importVersion`. */
  begin: Begin
}

type Merged = Awaited<ReturnType<typeof importVersion>> & {
  retired: number
  /** Groups of `test`. */
  test: { before: number; after: number; refilled: number }
}

/**
 * Adds what was reviewed to a dataset. Documents keep the split that they came into when they were uploaded,
 * unless a custodian says another one.
 * @throws UserFacingError proposal-not-found, proposal-leaks, split-taken, rotation-empties-test,
 * dataset-changed, and those of `importVersion`
 */
export async function mergeProposals(
  host: ImportHost,
  reviewed: AsyncIterable<ReviewedExample>,
  { version, showHidden, createdBy, note, begin, ...taken }: Merge,
): Promise<Merged> {
  const { before, entries, content, groups } = await nextContent(host, reviewed, {
    ...taken,
    createdBy,
  })
  requireVersion(before, version)
  const { dataset, split } = taken
  let after: readonly DatasetEntry[] = entries
  const wanted = { ...content, showHidden, createdBy, note }
  const imported = await importVersion(host, wanted, async (planned) => {
    after = planned.entries
    if (split !== undefined) {
      const refuse = async (hidden: HiddenRows): Promise<void> => {
        await begin({ ...planned, shown: [hidden], refused: true })
      }
      const chosen = { dataset, split, groups, begin: refuse }
      await refuseMoving(host.store, chosen, planned)
    }
    if (taken.rotate) requireTest(rotationSizes(entries, after))
    return begin(planned)
  })
  const sizes = rotationSizes(entries, after)
  return {
    ...imported,
    retired: taken.rotate ? sizes.retiring.groups : 0,
    test: {
      before: sizes.before.groups,
      after: sizes.after.groups,
      refilled: sizes.refilled.groups,
    },
  }
}

type RotationPlan = RotationSizes & {
  /** What it is of: what retires is drawn anew in the next one. */
  version: DatasetVersion
}

/**
 * What a rotation would do; nothing is written.
 * @throws UserFacingError dataset-not-found, and those of `mergeProposals`
 */
export async function planRotation(
  host: ImportHost,
  reviewed: AsyncIterable<ReviewedExample>,
  taken: Omit<Taken, 'rotate' | 'split'>,
): Promise<RotationPlan> {
  const { before, entries, content } = await nextContent(host, reviewed, {
    ...taken,
    rotate: true,
    createdBy: '',
  })
  if (before === null) throw new UserFacingError('dataset-not-found', 'There is no such dataset.')
  const planned = await planVersion(host, { ...content, createdBy: '', note: null })
  const sizes = rotationSizes(entries, planned.entries)
  requireTest(sizes)
  return { ...sizes, version: before }
}

type NextContent = {
  before: DatasetVersion | null
  /** Of `before`. */
  entries: readonly DatasetEntry[]
  content: Omit<NewContent, 'createdBy' | 'note'>
  /** Of the texts that are taken, and of their documents. */
  groups: Set<string>
}

async function nextContent(
  host: ImportHost,
  reviewed: AsyncIterable<ReviewedExample>,
  { dataset, reviews, rotate, split, sources, createdBy }: Taken & { createdBy: string },
): Promise<NextContent> {
  const { datasets } = host.store
  const newest = await readNewest(datasets, dataset)
  const { version: before, entries } = newest
  const chosen = await chosenProposals(host, reviewed, { newest, reviews })
  const said = split && { split, chosen: { split, by: createdBy } }
  const drawn = await splitsAsExamples(
    host,
    chosen.map((one) => one.reviewed),
  )
  const places = drawn.map((place) => said ?? place)
  const examples = chosen.map(({ id, reviewed: one }, i) => {
    return { ...one, id, split: places[i]?.split ?? one.document.split }
  })
  await refuseLeaks(host, examples, { sources, before })
  const draw = { key: host.splitKey, version: before?.hash ?? '' }
  const content = {
    dataset,
    examples: chosen.map((proposal, i) => loadedProposal(proposal, places[i])),
    mode: 'add' as const,
    onto: newest,
    splits: split ?? ('drawn' as const),
    retire: rotate ? retiringGroups(entries, draw) : new Set<string>(),
    source: rotate ? 'rotation' : 'reviews',
  }
  const groups = chosen.flatMap(({ reviewed: { document, paragraphs } }) => [
    document.group,
    groupOfText(host.splitKey, { sha256: document.sha256, paragraphs }),
  ])
  return { before, entries, content, groups: new Set(groups) }
}

function loadedProposal(
  { id, reviewed, extra }: Proposal,
  place: SplitAsExample | undefined,
): LoadedExample {
  const { document, verdicts } = reviewed
  const readBy = reviewed.readBy.map((person) => person.id)
  const review = { id: reviewed.review, ...verdicts, readBy }
  return {
    id,
    ...contentOf(reviewed, extra),
    file: { name: document.name ?? '', sha256: document.sha256 },
    origin: {
      document: document.id,
      group: document.group,
      review,
      ...withoutEmpty({ chosen: place?.chosen }),
    },
  }
}

/** @throws UserFacingError dataset-changed */
function requireVersion(newest: DatasetVersion | null, seen: string | undefined): void {
  if (seen === undefined || newest?.hash === seen) return
  throw new UserFacingError(
    'dataset-changed',
    'Somebody else has added a version to this dataset since you looked at it. Look at it again.',
  )
}
