import { record } from '../access/audit.ts'
import { datasetReader } from '../access/dataset-reader.ts'
import { shortNameOf } from '../access/hidden-names.ts'
import { findVersion } from '../dataset/dataset-answers.ts'
import { requirePlaces } from '../dataset/label-example.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { LabelComparison, LabellingExample } from '../schema/api/label-sets.ts'
import type { LabelledIssue } from '../schema/example.ts'
import type { LabelSetState, StoredLabelSet } from '../schema/label-set.ts'
import type { DatasetParagraph, StoredExample } from '../schema/stored-dataset.ts'
import { labelledPlaces } from './labelled-places.ts'
import { handedIn, isSettled, type LabellingHost, maySeeOthers } from './labelling-host.ts'

export type Wanted = { dataset: string; id: string }

/**
 * An example as one of several people labels it.
 * @throws UserFacingError dataset-not-found, example-not-found
 */
export async function labellingExample(
  host: LabellingHost,
  wanted: Wanted,
): Promise<LabellingExample> {
  const { store, actor, nameOf } = host
  const reader = datasetReader(store, actor)
  const version = await findVersion(reader, wanted)
  const example = await reader.example(version, wanted.id)
  if (example === null) throw notThere()
  const sets = await store.labelSets.of(textOf(wanted, example))
  const own = sets.find(({ person }) => person === actor.id)
  const closed = sets.find(({ settledAt }) => settledAt !== null)
  const { id, split, hash, document, content, provenance } = example
  const paragraphs = content?.paragraphs ?? null
  return {
    dataset: wanted.dataset,
    id,
    split,
    hash,
    document,
    file: provenance?.file ?? null,
    paragraphs,
    mine: { state: own?.state ?? null, revision: own?.revision ?? 0, labels: own?.issues ?? [] },
    annotators: sets.map(({ person, state }) => ({ person: nameOf(person), state })),
    comparison:
      paragraphs !== null && maySeeOthers(sets, actor.id)
        ? comparisonOf(paragraphs, handedIn(sets), nameOf)
        : null,
    settled:
      closed === undefined
        ? null
        : { by: nameOf(closed.settledBy ?? ''), at: closed.settledAt ?? 0 },
  }
}

function comparisonOf(
  paragraphs: readonly DatasetParagraph[],
  sets: readonly StoredLabelSet[],
  nameOf: LabellingHost['nameOf'],
): LabelComparison {
  const places = labelledPlaces(
    paragraphs,
    sets.map(({ person, issues }) => ({ person, labels: issues })),
  )
  return {
    sets: sets.map(({ person, issues }) => ({ person: nameOf(person), labels: issues })),
    places: places.map(({ labels, isAgreed }) => ({
      labels: labels.map(({ person, number }) => ({ person, number })),
      isAgreed,
    })),
  }
}

export function textOf({ dataset, id }: Wanted, { document }: Pick<StoredExample, 'document'>) {
  return { dataset, example: id, document }
}

export function notThere(): UserFacingError {
  return new UserFacingError('example-not-found', 'The newest version has no such example.')
}

type Saved = Wanted & {
  /** Hash of the text that was labelled. */
  document: string
  /** Of the labels as they were read. */
  revision: number
  state: LabelSetState
  issues: LabelledIssue[]
}

/**
 * Keeps somebody's labels of an example.
 * @throws UserFacingError dataset-not-found, example-not-found, example-changed, example-forgotten,
 * example-settled, label-malformed, label-set-changed
 */
export async function saveLabelSet(
  { store, actor }: LabellingHost,
  { document, revision, state, ...wanted }: Saved,
): Promise<void> {
  const { dataset, id: example } = wanted
  const version = await findVersion(datasetReader(store, actor), wanted)
  const found = await store.datasets.example('everything', version.id, example)
  if (found === null) throw notThere()
  const issues = state === 'abstained' ? [] : wanted.issues
  requirePlaces(issues, paragraphsOf(found, document))
  const text = textOf(wanted, found)
  await refuseSettled(store, text)
  if (state !== 'draft') {
    const details = { mode: state, example: await shortNameOf(store, found) }
    await record(store, actor, { action: 'dataset-changed', subject: dataset, details })
  }
  const set = { dataset, example, document, person: actor.id, state, issues, revision }
  if (await store.labelSets.save(set)) return
  await refuseSettled(store, text)
  throw new UserFacingError(
    'label-set-changed',
    'You have saved other labels for this example meanwhile, or handed them in. Load it again.',
  )
}

async function refuseSettled(
  { labelSets }: Pick<LabellingHost['store'], 'labelSets'>,
  text: ReturnType<typeof textOf>,
): Promise<void> {
  if (!isSettled(await labelSets.of(text))) return
  throw new UserFacingError(
    'example-settled',
    'The labels of this example are settled. Change them in the newest version.',
  )
}

function paragraphsOf({ content, ...example }: StoredExample, document: string) {
  if (example.document !== document) {
    throw new UserFacingError(
      'example-changed',
      'This example has another text now. Load it again, then label it anew.',
    )
  }
  if (content !== null) return content.paragraphs
  throw new UserFacingError(
    'example-forgotten',
    'The document of this example was deleted; there is nothing to label.',
  )
}
