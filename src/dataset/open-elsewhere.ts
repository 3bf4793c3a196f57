import { textOf } from '../document/document-text.ts'
import type { Readable } from '../document/document-group.ts'
import { readPages } from '../lib/read-pages.ts'
import type { Split } from '../schema/access.ts'
import type { DatasetVersion } from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'
import type { CopyExample } from './check-copies.ts'
import { copiesIn } from './compare-texts.ts'
import { copiesInEvaluation } from './copies-in-evaluation.ts'

export type HiddenExample = {
  id: string
  split: Split
  textGroup: string
  document: Readable
}

/** A hidden example of which engineers can read the text or a near copy. */
export type OpenElsewhere = {
  id: string
  split: Split
  /** The dataset that shows it; null: it is among documents, or a dataset has shown it once. */
  dataset: string | null
}

export type Elsewhere = {
  store: {
    datasets: Pick<Store['datasets'], 'examples' | 'list' | 'splitsOf'>
    groups: Pick<Store['groups'], 'many'>
    signatures: Pick<Store['signatures'], 'lookUp'>
  }
  /** Of the installation. */
  splitKey: string
}

/**
 * Looks for hidden examples of a dataset among all that engineers can read besides it. It is for who may see
 * these examples: it tells whether a text is there.
 */
export async function openElsewhere(
  place: Elsewhere,
  dataset: string,
  hidden: readonly HiddenExample[],
): Promise<OpenElsewhere[]> {
  if (hidden.length === 0) return []
  const { datasets } = place.store
  const known = await datasets.splitsOf([...new Set(hidden.map(({ textGroup }) => textGroup))])
  const copies = await copiesInEvaluation(place, hidden)
  const inDocuments = new Set(copies.map(({ example }) => example))
  const inDatasets = await copiesInDatasets(datasets, dataset, hidden)
  return hidden.flatMap(({ id, split, textGroup }): OpenElsewhere[] => {
    const shownBy = inDatasets.get(id)
    if (shownBy !== undefined) return [{ id, split, dataset: shownBy }]
    const isOpen = inDocuments.has(id) || known.get(textGroup) === 'evaluation'
    return isOpen ? [{ id, split, dataset: null }] : []
  })
}

const examplesAtOnce = 200

/** By ids of hidden examples: another dataset whose newest version shows a copy. */
async function copiesInDatasets(
  datasets: Elsewhere['store']['datasets'],
  own: string,
  hidden: readonly HiddenExample[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const texts = hidden.map(({ id, split, document }): CopyExample => {
    return { id, split, text: textOf(document.paragraphs) }
  })
  const ids = new Set(hidden.map(({ id }) => id))
  for (const version of await datasets.list('evaluation')) {
    if (version.dataset === own) continue
    const clusters = await copiesIn([...texts, ...(await openTexts(datasets, version))])
    const shared = clusters.filter(({ examples }) => examples.some(({ id }) => !ids.has(id)))
    const hiddenIds = shared.flatMap(({ examples }) => examples.map(({ id }) => id))
    for (const id of hiddenIds.filter((one) => ids.has(one) && !found.has(one))) {
      found.set(id, version.dataset)
    }
  }
  return found
}

/** Of the split that engineers read; under other names than hidden ones have, which may be the same in both. */
async function openTexts(
  datasets: Elsewhere['store']['datasets'],
  { id: version }: DatasetVersion,
): Promise<CopyExample[]> {
  const read = (page: { limit: number }) => datasets.examples('evaluation', version, page)
  const open: CopyExample[] = []
  for await (const { id, content } of readPages(read, examplesAtOnce)) {
    open.push({ id: `\0${id}`, split: 'evaluation', text: textOf(content?.paragraphs ?? []) })
  }
  return open
}
