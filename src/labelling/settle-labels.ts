import { record } from '../access/audit.ts'
import { recordNewVersion } from '../access/dataset-change.ts'
import { datasetReader } from '../access/dataset-reader.ts'
import { shortNameOf } from '../access/hidden-names.ts'
import { findVersion } from '../dataset/dataset-answers.ts'
import { type Labelled, labelExample } from '../dataset/label-example.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { LabelledIssue } from '../schema/example.ts'
import type { StoredLabelSet } from '../schema/label-set.ts'
import { labelSetsChanged } from '../store/label-sets.ts'
import { notThere, textOf, type Wanted } from './label-apart.ts'
import { type LabelledPlace, labelledPlaces } from './labelled-places.ts'
import { handedIn, isSettled, type LabellingHost, maySeeOthers } from './labelling-host.ts'

/** A label by its person and its number among theirs, from 0. */
type Taken = { person: string; number: number }

type Settlement = Wanted & {
  /** Of the example as it was read. */
  hash: string
  /** Whose labels were seen. */
  people: readonly string[]
  taken: readonly Taken[]
  note: string | null
  showHidden: boolean
}

/**
 * Makes what was taken of several people's labels the labels of the example, in a new version. Labels
 * that the version has already are no new version, but are settled all the same.
 * @throws UserFacingError dataset-not-found, example-not-found, labels-not-handed-in, example-settled,
 * label-sets-too-few, label-sets-changed, label-not-found, label-taken-twice, and those of `labelExample`
 */
export async function settleLabels(
  { store, actor }: LabellingHost,
  { people, taken, note, hash, showHidden, ...wanted }: Settlement,
): Promise<Labelled> {
  const { dataset, id } = wanted
  const version = await findVersion(datasetReader(store, actor), wanted)
  const example = await store.datasets.example('everything', version.id, id)
  if (example === null) throw notThere()
  const text = textOf(wanted, example)
  const sets = requireOpen(await store.labelSets.of(text), actor.id)
  requireSeen(sets, people)
  const own = sets.map(({ person, issues }) => ({ person, labels: issues }))
  const issues = takenOf(labelledPlaces(example.content?.paragraphs ?? [], own), taken)
  const labelledBy = sets.map(({ person }) => person)
  const said = { note, createdBy: actor.id, labelledBy, showHidden }
  const labels = { dataset, id, hash, issues, ...said }
  const labelled = await labelExample({ store }, labels, async (open, next) => {
    const named = await shortNameOf(store, open)
    const details = { mode: 'settle', example: named, people: labelledBy }
    if (next !== null) return recordNewVersion(store, actor, { dataset, details, version: next })
    await record(store, actor, { action: 'dataset-changed', subject: dataset, details })
    return async () => {}
  })
  if (labelled.added) return labelled
  const settled = await store.labelSets.settle(text, { people: labelledBy, by: actor.id })
  if (!settled) throw labelSetsChanged()
  return labelled
}

function requireOpen(sets: readonly StoredLabelSet[], settler: string): StoredLabelSet[] {
  if (isSettled(sets)) {
    throw new UserFacingError(
      'example-settled',
      'Somebody has settled the labels of this example already. Change them in the newest version.',
    )
  }
  if (!maySeeOthers(sets, settler)) {
    throw new UserFacingError(
      'labels-not-handed-in',
      'Hand in your own labels of this example first, or abstain from labelling it.',
    )
  }
  const done = handedIn(sets)
  if (done.length > 1) return done
  throw new UserFacingError(
    'label-sets-too-few',
    'There is nothing to settle before two people have handed in their labels.',
  )
}

function requireSeen(sets: readonly StoredLabelSet[], people: readonly string[]): void {
  const same = sets.length === people.length && sets.every(({ person }) => people.includes(person))
  if (!same) throw labelSetsChanged()
}

/** In the order of the text. */
function takenOf(places: readonly LabelledPlace[], taken: readonly Taken[]): LabelledIssue[] {
  const wanted = new Set(taken.map(keyOf))
  const chosen = places.flatMap(({ labels }) => {
    const here = labels.filter((label) => wanted.has(keyOf(label)))
    if (here.length < 2) return here
    throw new UserFacingError(
      'label-taken-twice',
      'Take one label of those that are of the same place, not several.',
    )
  })
  if (chosen.length === wanted.size) return chosen.map(({ label }) => label)
  throw new UserFacingError('label-not-found', 'Somebody has no label of that number.')
}

function keyOf({ person, number }: Taken): string {
  return `${person} ${number}`
}
