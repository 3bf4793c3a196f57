import { setImmediate } from 'node:timers/promises'
import { type DatasetReader, datasetReader } from '../access/dataset-reader.ts'
import { findVersion } from '../dataset/dataset-answers.ts'
import type { AnnotatorProgress, LabellingEntry, LabelProgress } from '../schema/api/label-sets.ts'
import type { StoredLabelSet } from '../schema/label-set.ts'
import type { DatasetVersion } from '../schema/stored-dataset.ts'
import { labelAgreement, type SeveralLabelled } from './label-agreement.ts'
import { handedIn, isSettled, type LabellingHost, maySeeOthers } from './labelling-host.ts'

/** @throws UserFacingError dataset-not-found */
export async function labelProgress(host: LabellingHost, dataset: string): Promise<LabelProgress> {
  const { store, actor, nameOf } = host
  const reader = datasetReader(store, actor)
  const version = await findVersion(reader, { dataset })
  await reader.recordShown(version)
  const sets = await store.labelSets.ofVersion(dataset, version.id)
  const byExample = Map.groupBy(sets, ({ example }) => example)
  const several = [...byExample].filter(([, some]) => handedIn(some).length > 1)
  const seen = several.filter(([, some]) => maySeeOthers(some, actor.id))
  const people = Map.groupBy(sets, ({ person }) => person)
  return {
    dataset,
    examples: version.splits.reduce((sum, { examples }) => sum + examples, 0),
    several: several.length,
    settled: [...byExample.values()].filter(isSettled).length,
    annotators: Array.from(people, ([person, own]) => ({
      person: nameOf(person),
      ...countsOf(own),
    })),
    agreement: labelAgreement(await textsOf(reader, version, new Map(seen))),
  }
}

function countsOf(own: readonly StoredLabelSet[]): Omit<AnnotatorProgress, 'person'> {
  const count = (wanted: StoredLabelSet['state']): number =>
    own.filter(({ state }) => state === wanted).length
  return { drafts: count('draft'), handedIn: count('handed-in'), abstained: count('abstained') }
}

/** Texts between which others have a turn. */
const turn = 100

async function textsOf(
  reader: DatasetReader,
  version: DatasetVersion,
  sets: ReadonlyMap<string, readonly StoredLabelSet[]>,
): Promise<SeveralLabelled[]> {
  const all = [...sets.keys()]
  const texts: SeveralLabelled[] = []
  for (let from = 0; from < all.length; from += turn) {
    const ids = all.slice(from, from + turn)
    for (const { id, content } of await reader.examples(version, { ids, limit: turn })) {
      if (content === null) continue
      const own = handedIn(sets.get(id) ?? [])
      const labels = own.map(({ person, issues }) => ({ person, labels: issues }))
      texts.push({ paragraphs: content.paragraphs, sets: labels })
    }
    await setImmediate()
  }
  return texts
}

type Page = { dataset: string; after?: string; limit: number }

/** @throws UserFacingError dataset-not-found */
export async function labellingEntries(
  { store, actor }: LabellingHost,
  { dataset, after, limit }: Page,
): Promise<LabellingEntry[]> {
  const reader = datasetReader(store, actor)
  const version = await findVersion(reader, { dataset })
  const entries = await reader.entries(version, { after, limit })
  const ids = entries.map(({ id }) => id)
  const sets = Map.groupBy(
    await store.labelSets.ofVersion(dataset, version.id, ids),
    ({ example }) => example,
  )
  return entries.map(({ id, split }) => {
    const own = sets.get(id) ?? []
    const { drafts, handedIn: done } = countsOf(own)
    const mine = own.find(({ person }) => person === actor.id)?.state ?? null
    return { id, split, mine, drafts, handedIn: done, isSettled: isSettled(own) }
  })
}
