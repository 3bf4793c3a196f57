import { UserFacingError } from '../lib/errors.ts'
import type { LabelledIssue } from '../schema/example.ts'
import type { ShownExample } from '../schema/api/dataset-version.ts'
import type { DatasetEntry, DatasetVersion, StoredExample } from '../schema/stored-dataset.ts'
import type { Datasets } from '../store/datasets.ts'
import type { Store } from '../store/store.ts'
import { orWithdraw, type PlannedVersion, type Withdraw } from './import-version.ts'
import { IssueType } from './issue-row.ts'
import { quoted } from './line-error.ts'
import { readAllEntries } from './read-all-entries.ts'
import { refuseShown, withHolders, withoutHashes } from './shown-by-choice.ts'
import { groupsShownSince, shownWithGroups } from './shown-since.ts'
import { countChanges } from './version-changes.ts'
import { exampleHash } from './version-hash.ts'
import { countTypes, sizesOf } from './version-sizes.ts'

export type NewLabels = {
  dataset: string
  id: string
  /** Of the example as it was when somebody began to label it. */
  hash: string
  issues: LabelledIssue[]
  note: string | null
  createdBy: string
  /** Whose labels they are, when several people have labelled it and they are settled; left out: of who adds them. */
  labelledBy?: string[]
  /** Whether engineers may get to see what is hidden until now and goes with what was shown; default: no. */
  showHidden?: boolean
}

/** Of which nothing is added yet, beside the version before. */
type LabelledVersion = Pick<PlannedVersion, 'hash' | 'changes' | 'shown' | 'refused'>

/** With what was hidden until now and is not any more, as was confirmed. */
export type Labelled = { version: DatasetVersion; added: boolean; shown: ShownExample[] }

/**
 * Adds a version in which one example has other labels, and all else is as it was: groups and splits, too, except of
 * what engineers have come to see since. What goes with that and is hidden by itself is shown when that is confirmed.
 * @param begin what is done with the example, and with the version that comes (null: none), once
 * everything was checked and before anything changes. What it gives is done when the version was not added after all.
 * @throws UserFacingError dataset-not-found, example-not-found, example-changed, example-forgotten,
 * label-malformed, hidden-shown, dataset-changed, label-sets-changed
 */
export async function labelExample(
  { store }: { store: Pick<Store, 'datasets' | 'signatures'> },
  wanted: NewLabels,
  begin: (example: DatasetEntry, next: LabelledVersion | null) => Promise<Withdraw>,
): Promise<Labelled> {
  const { datasets } = store
  const { dataset, note, createdBy, labelledBy } = wanted
  const before = await datasets.version('everything', { dataset })
  if (before === null) throw new UserFacingError('dataset-not-found', 'There is no such dataset.')
  const example = await datasets.example('everything', before.id, wanted.id)
  const content = unchangedContent(example, wanted)
  const { provenance, document, hash: hashBefore } = content.example
  requirePlaces(wanted.issues, content.paragraphs)
  const labels = { ...content.labels, issues: wanted.issues }
  const hash = exampleHash({ document, ...labels })
  if (hash === hashBefore) {
    await begin(content.example, null)
    return { version: before, added: false, shown: [] }
  }
  const { content: _, ...entry } = content.example
  const labelled = labelledIn(entry, wanted)
  const relabelled = { ...entry, ...labelFacts(wanted.issues), hash, provenance: labelled }
  const old = await readAllEntries(datasets, before)
  const open = await groupsShownSince(store, before, old)
  const shown = await shownWithGroups(store, before, { groups: open, entries: old })
  const all = old
    .map((other) => (other.id === wanted.id ? relabelled : other))
    .map((one) => (open.has(one.group) ? { ...one, split: 'evaluation' as const } : one))
  const sizes = sizesOf(all)
  const changes = countChanges(old, all)
  const refused = shown.length > 0 && wanted.showHidden !== true
  const withdraw = await begin(content.example, { hash: sizes.hash, changes, shown, refused })
  if (refused) refuseShown(shown, () => 'Leave the labels as they are')
  const groups = { kept: countGroups(all), drawn: 0, chosen: 0 }
  const next = {
    dataset,
    after: before,
    createdBy,
    provenance: { source: labelledBy === undefined ? 'labels' : 'label-sets', note, groups },
    ...sizes,
    ...(open.size > 0
      ? { entries: all, shows: withHolders(textsIn(old, shown), { entries: old, shown }) }
      : { entries: [relabelled], keepsOthers: true }),
    contents: [{ document, hash, paragraphs: content.paragraphs, labels }],
    settles: labelledBy && {
      text: { dataset, example: wanted.id, document },
      people: labelledBy,
      by: createdBy,
    },
  }
  const version = await orWithdraw(withdraw, () => datasets.addVersion(next))
  await declineOld(datasets, { dataset, createdBy, hash: hashBefore, provenance })
  return { version, added: true, shown: withoutHashes(shown) }
}

function textsIn(entries: readonly DatasetEntry[], examples: readonly { id: string }[]): string[] {
  const ids = new Set(examples.map(({ id }) => id))
  return entries.flatMap(({ id, textGroup }) => (ids.has(id) ? [textGroup] : []))
}

function labelledIn(
  { provenance }: DatasetEntry,
  { createdBy, labelledBy }: NewLabels,
): DatasetEntry['provenance'] {
  const labelled =
    labelledBy === undefined
      ? { by: [createdBy], settledBy: null }
      : { by: labelledBy, settledBy: createdBy }
  return { ...provenance, labelled }
}

function unchangedContent(example: StoredExample | null, { hash }: NewLabels) {
  if (example === null) {
    throw new UserFacingError('example-not-found', 'The newest version has no such example.')
  }
  if (example.hash !== hash) {
    throw new UserFacingError(
      'example-changed',
      'Somebody has labelled this example meanwhile. Load it again, then label it anew.',
    )
  }
  if (example.content === null) {
    throw new UserFacingError(
      'example-forgotten',
      'The document of this example was deleted; there is nothing to label.',
    )
  }
  return { ...example.content, example }
}

function labelFacts(issues: readonly LabelledIssue[]): Pick<DatasetEntry, 'issues' | 'types'> {
  const types = countTypes(issues.map(({ type }) => ({ type, issues: 1 })))
  return { issues: issues.length, types }
}

function countGroups(entries: readonly DatasetEntry[]): number {
  return new Set(entries.map(({ group }) => group)).size
}

/** @throws UserFacingError label-malformed */
export function requirePlaces(
  issues: readonly LabelledIssue[],
  paragraphs: readonly { text: string }[],
): void {
  for (const [index, issue] of issues.entries()) {
    const reason = faultOf(issue, paragraphs)
    if (reason === null) continue
    throw new UserFacingError(
      'label-malformed',
      `Label ${index + 1} (${quoted(issue.type)}) ${reason}.`,
    )
  }
}

function faultOf(
  { type, text, location: { paragraph, start, end } }: LabelledIssue,
  paragraphs: readonly { text: string }[],
): string | null {
  const named = IssueType.safeParse(type)
  if (!named.success) return `has a type that ${named.error.issues[0]?.message}`
  if ((start === undefined) !== (end === undefined)) return 'has a start or an end alone'
  if (paragraph === undefined) return start === undefined ? null : 'has a start in no paragraph'
  const whole = paragraphs[paragraph]?.text
  if (whole === undefined) return `is in paragraph ${paragraph}, which the document does not have`
  if (start === undefined || end === undefined) return null
  if (start > end || end > whole.length) return 'is outside of its paragraph'
  if (text !== '' && whole.slice(start, end) !== text) return 'has another text than its place'
  return null
}

type Superseded = Pick<NewLabels, 'dataset' | 'createdBy' | 'hash'> &
  Pick<DatasetEntry, 'provenance'>

/** Labels that came from a review are not proposed again after they were corrected. */
async function declineOld(
  datasets: Datasets,
  { dataset, createdBy, hash, provenance }: Superseded,
): Promise<void> {
  const review = provenance?.review?.id
  if (review !== undefined) await datasets.decline({ dataset, review, hash, by: createdBy })
}
