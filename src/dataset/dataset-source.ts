import { UserFacingError } from '../lib/errors.ts'
import { Split } from '../schema/access.ts'
import type { Example } from '../schema/example.ts'
import { examplesIn, findDatasets, type FoundDataset, openDataset } from './find-datasets.ts'
import { createKeptExamples } from './kept-examples.ts'
import type { Dataset } from './read-dataset.ts'

/** A dataset of which something may be measured, and what that is. */
type ListedDataset = {
  name: string
  /** Null when it cannot be read. */
  documents: number | null
  issues: number | null
  /** Why it cannot be read. */
  problem: string | null
}

/** Where a server's datasets come from. */
export type DatasetSource = {
  /** Of those of which something may be measured, sorted. */
  names(): Promise<string[]>
  /** Whether it is one of them. */
  has(name: string): Promise<boolean>
  /** All of them, by name. */
  list(): Promise<ListedDataset[]>
  /**
   * What is labelled in one split; null when there is no such dataset, or nothing of it in the split.
   * @param hash of the split when that version of it is wanted; where there is none (any more), it is the newest one
   */
  open(name: string, split: Split, hash?: string): Promise<Dataset | null>
  /** One of what may be measured; null when it is not there. */
  example(name: string, id: string): Promise<Example | null>
}

/**
 * Datasets that lie in folders of a server. They have no splits: whoever writes prompts there sees them, so all
 * of each is `evaluation`.
 */
export function folderDatasets(folders: readonly string[]): DatasetSource {
  const examplesOf = createKeptExamples(examplesIn)
  const find = async (name: string): Promise<FoundDataset | null> =>
    (await findDatasets(folders)).find((dataset) => dataset.name === name) ?? null
  return {
    async names() {
      return (await findDatasets(folders)).map(({ name }) => name)
    },
    has: async (name) => (await find(name)) !== null,
    async list() {
      const found = await findDatasets(folders)
      return Promise.all(found.map((dataset) => listed(dataset, examplesOf)))
    },
    async open(name, split) {
      const found = await find(name)
      if (found === null || split !== 'evaluation') return null
      return { ...(await openDataset(found)), name }
    },
    async example(name, id) {
      const found = await find(name)
      const examples = found === null ? [] : await examplesOf(found)
      return examples.find((example) => example.id === id) ?? null
    },
  }
}

/** What cannot be read is listed with the reason. */
async function listed(
  { name, location }: FoundDataset,
  examplesOf: typeof examplesIn,
): Promise<ListedDataset> {
  try {
    const examples = await examplesOf({ location })
    const issues = examples.reduce((sum, example) => sum + example.issues.length, 0)
    return { name, documents: examples.length, issues, problem: null }
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error
    return { name, documents: null, issues: null, problem: error.message }
  }
}

/** All of several; of two datasets with one name that of the first source counts. */
export function joinDatasets(sources: readonly DatasetSource[]): DatasetSource {
  /** The first that knows the name, whatever the split. */
  async function sourceOf(name: string): Promise<DatasetSource | null> {
    for (const source of sources) if (await source.has(name)) return source
    return null
  }
  return {
    async names() {
      const all = await Promise.all(sources.map((source) => source.names()))
      return [...new Set(all.flat())].toSorted()
    },
    has: async (name) => (await sourceOf(name)) !== null,
    async list() {
      const all = (await Promise.all(sources.map((source) => source.list()))).flat()
      const firsts = [...Map.groupBy(all, ({ name }) => name).values()].flatMap(
        ([one]) => one ?? [],
      )
      return firsts.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    },
    open: async (name, split, hash) => (await sourceOf(name))?.open(name, split, hash) ?? null,
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
 * @param hash as `DatasetSource.open` has it
 * @throws UserFacingError dataset-not-found, and those of a dataset that cannot be read
 */
export async function openToMeasure(
  source: DatasetSource,
  reference: string,
  hash?: string,
): Promise<Dataset> {
  const { name, split } = parseDatasetReference(reference)
  const found = split === 'evaluation' ? await source.open(name, split, hash) : null
  if (found !== null) return found
  const known = (await source.names()).join(', ') || 'none'
  throw new UserFacingError(
    'dataset-not-found',
    `There is no such dataset, or none that you may see. A name stands alone or with @evaluation, the only split to measure here. There are: ${known}. Add one with proofloop dataset import, or put it into the folder datasets/ of the flow.`,
  )
}
