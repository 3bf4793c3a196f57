import { UserFacingError } from '../lib/errors.ts'
import { Split } from '../schema/access.ts'
import type { Example } from '../schema/example.ts'
import { findDatasets, openDataset } from './find-datasets.ts'
import type { Dataset } from './read-dataset.ts'

/** Where a server's datasets come from. */
export type DatasetSource = {
  /** Of those of which something may be measured, sorted. */
  names(): Promise<string[]>
  /** Of what may be measured; null when there is no such dataset. @throws UserFacingError as `open` */
  size(name: string): Promise<{ documents: number; issues: number } | null>
  /** What is labelled in one split; null when there is no such dataset, or nothing of it in the split. */
  open(name: string, split: Split): Promise<Dataset | null>
  /** One of what may be measured; null when it is not there. */
  example(name: string, id: string): Promise<Example | null>
}

/**
 * Datasets that lie in folders of a server. They have no splits: whoever writes prompts there sees them, so all
 * of each is `evaluation`.
 */
export function folderDatasets(folders: readonly string[]): DatasetSource {
  async function open(name: string, split: Split): Promise<Dataset | null> {
    const found = (await findDatasets(folders)).find((dataset) => dataset.name === name)
    if (found === undefined || split !== 'evaluation') return null
    return { ...(await openDataset(found)), name }
  }
  return {
    open,
    async example(name, id) {
      const dataset = await open(name, 'evaluation')
      return dataset?.examples.find((example) => example.id === id) ?? null
    },
    async names() {
      return (await findDatasets(folders)).map(({ name }) => name)
    },
    async size(name) {
      const dataset = await open(name, 'evaluation')
      if (dataset === null) return null
      const { examples } = dataset
      const issues = examples.reduce((sum, example) => sum + example.issues.length, 0)
      return { documents: examples.length, issues }
    },
  }
}

/** All of several; of two datasets with one name that of the first source counts. */
export function joinDatasets(sources: readonly DatasetSource[]): DatasetSource {
  /** The first that knows the name, whatever the split. */
  async function sourceOf(name: string): Promise<DatasetSource | null> {
    for (const source of sources) {
      if ((await source.names()).includes(name)) return source
    }
    return null
  }
  return {
    async names() {
      const all = await Promise.all(sources.map((source) => source.names()))
      return [...new Set(all.flat())].toSorted()
    },
    size: async (name) => (await sourceOf(name))?.size(name) ?? null,
    open: async (name, split) => (await sourceOf(name))?.open(name, split) ?? null,
    example: async (name, id) => (await sourceOf(name))?.example(name, id) ?? null,
  }
}

/** `letters@evaluation`; a name alone means that split, too. */
export function parseDatasetReference(text: string): { name: string; split: Split } {
  const [, name = text, split] = /^(.+)@([^@]*)$/.exec(text) ?? []
  const known = Split.safeParse(split)
  return known.success ? { name, split: known.data } : { name: text, split: 'evaluation' }
}

/**
 * What whoever runs evaluations may measure. Another split is answered like a dataset that is not there, and
 * not looked for.
 * @throws UserFacingError dataset-not-found, and those of a dataset that cannot be read
 */
export async function openToMeasure(source: DatasetSource, reference: string): Promise<Dataset> {
  const { name, split } = parseDatasetReference(reference)
  const found = split === 'evaluation' ? await source.open(name, split) : null
  if (found !== null) return found
  const known = (await source.names()).join(', ') || 'none'
  throw new UserFacingError(
    'dataset-not-found',
    `There is no such dataset. There are: ${known}. Put it into the folder datasets/ of the flow.`,
  )
}
