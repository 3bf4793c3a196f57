import type { DatasetEntry, DatasetVersion } from '../schema/stored-dataset.ts'
import { chunksOf } from '../store/row-columns.ts'
import type { Store } from '../store/store.ts'
import { type HiddenShown, shownByChoice } from './shown-by-choice.ts'
import { type ExampleText, readableOf } from './version-drafts.ts'

type ShownStore = Pick<Store, 'datasets' | 'signatures'>

/** Groups of a version that engineers have come to see something of: they go into `evaluation` whole. */
export async function groupsShownSince(
  { datasets }: ShownStore,
  { id }: DatasetVersion,
  entries: readonly DatasetEntry[],
): Promise<Set<string>> {
  const shown = await datasets.shownSince(id)
  return new Set(entries.flatMap((entry) => (shown.has(entry.id) ? [entry.group] : [])))
}

/** What of these groups is hidden by itself until now, and where. */
export async function shownWithGroups(
  store: ShownStore,
  before: DatasetVersion,
  { groups, entries }: { groups: ReadonlySet<string>; entries: readonly DatasetEntry[] },
): Promise<HiddenShown[]> {
  const moved = entries.filter(({ group, split }) => groups.has(group) && split !== 'evaluation')
  const known = await store.datasets.splitsOf(moved.map(({ textGroup }) => textGroup))
  const hidden = new Map([...known].filter(([, split]) => split !== 'evaluation'))
  const along = moved.filter(({ textGroup }) => hidden.has(textGroup))
  return shownByChoice(
    along.map((entry) => ({ ...entry, split: 'evaluation' })),
    {
      ...store,
      dataset: before.dataset,
      texts: await textsOf(store, before, along),
      known,
      hidden,
      kin: new Map(),
      retiring: new Set(),
    },
  )
}

const examplesAtOnce = 200

/** Of those that were not forgotten. */
async function textsOf(
  { datasets }: ShownStore,
  { id: version }: DatasetVersion,
  entries: readonly DatasetEntry[],
): Promise<ExampleText[]> {
  const texts: ExampleText[] = []
  for (const some of chunksOf([...entries], examplesAtOnce)) {
    const ids = some.map(({ id }) => id)
    const found = await datasets.examples('everything', version, { ids, limit: examplesAtOnce })
    for (const { id, content, provenance } of found) {
      if (content === null) continue
      const document = readableOf({ id, paragraphs: content.paragraphs, file: provenance?.file })
      texts.push({ id, document })
    }
  }
  return texts
}
