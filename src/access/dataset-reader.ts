import { readPages } from '../lib/read-pages.ts'
import type { Split } from '../schema/access.ts'
import type { DatasetEntry, DatasetVersion, StoredExample } from '../schema/stored-dataset.ts'
import type { EntryFilter } from '../store/datasets.ts'
import { chunksOf } from '../store/row-columns.ts'
import type { Store } from '../store/store.ts'
import type { Actor } from './actor.ts'
import { type Doer, record, recordHiddenList } from './audit.ts'
import { datasetScopeOf } from './dataset-rights.ts'
import { hiddenNames } from './hidden-names.ts'

/** What came of an import, as it is told. */
type Outcome = {
  added: boolean
  copies: { found: readonly { examples: readonly { id: string; split: Split }[] }[] }
}

type Versions = { dataset: string; before?: Pick<DatasetVersion, 'id'>; limit: number }

/**
 * Datasets as one person sees them, for one request or command. The audit log knows of every hidden example
 * before it comes back: of some by their names there, of whole splits by the name of the split, once for each
 * reader; and of lists that tell their sizes.
 */
export type DatasetReader = {
  list(): Promise<DatasetVersion[]>
  versions(page: Versions): Promise<DatasetVersion[]>
  /** To look into; `recordShown` comes before it is shown itself. */
  version(wanted: { dataset: string; hash?: string }): Promise<DatasetVersion | null>
  /** Before somebody is told how large its splits are. */
  recordShown(version: DatasetVersion): Promise<void>
  /**
   * Before somebody is told that an import has added this version, or none: which hidden examples are copies of what
   * came, and how large the splits are of what was there before.
   */
  recordOutcome(version: DatasetVersion, outcome: Outcome): Promise<void>
  entries(version: DatasetVersion, filter: EntryFilter): Promise<DatasetEntry[]>
  examples(version: DatasetVersion, filter: EntryFilter): Promise<StoredExample[]>
  example(version: DatasetVersion, id: string): Promise<StoredExample | null>
  allEntries(version: DatasetVersion, split?: Split): AsyncGenerator<DatasetEntry>
  allExamples(version: DatasetVersion, split?: Split): AsyncGenerator<StoredExample>
}

const entriesAtOnce = 5000
const examplesAtOnce = 200
const namedAtOnce = 500

export function datasetReader(
  store: Pick<Store, 'datasets' | 'audit' | 'secrets'>,
  actor: Pick<Actor, 'id' | 'key' | 'roles'>,
): DatasetReader {
  const { datasets } = store
  const scope = datasetScopeOf(actor)
  const seesHidden = scope === 'everything'
  const recordSplits = splitsRecorder(store, actor)
  const known = async <Row extends DatasetEntry>(version: DatasetVersion, rows: Row[]) => {
    await recordRows(store, actor, { version, rows })
    return rows
  }
  const shown = async (subject: string, versions: DatasetVersion[]) => {
    const rows = versions.map((version) => {
      return { id: version.id, of: { version: version.hash }, splits: filledSplits(version) }
    })
    await recordHiddenList(store, actor, { subject, rows })
    return versions
  }
  const entries = async (version: DatasetVersion, filter: EntryFilter) =>
    known(version, await datasets.entries(scope, version.id, filter))
  return {
    list: async () => shown('datasets', await datasets.list(scope)),
    versions: async (page) => shown(page.dataset, await datasets.versions(scope, page)),
    version: (wanted) => datasets.version(scope, wanted),
    async recordShown(version) {
      await shown(version.dataset, [version])
    },
    async recordOutcome(version, { added, copies }) {
      if (!added) await shown(version.dataset, [version])
      const named = copies.found.flatMap(({ examples }) => examples)
      const hidden = named.filter(({ split }) => split !== 'evaluation').map(({ id }) => id)
      for (const ids of chunksOf([...new Set(hidden)], namedAtOnce)) {
        await entries(version, { ids, limit: namedAtOnce })
      }
    },
    entries,
    examples: async (version, filter) =>
      known(version, await datasets.examples(scope, version.id, filter)),
    async example(version, id) {
      const found = await datasets.example(scope, version.id, id)
      if (found !== null) await known(version, [found])
      return found
    },
    async *allEntries(version, split) {
      if (seesHidden) await recordSplits(version, split)
      const read = (page: { limit: number }) =>
        datasets.entries(scope, version.id, { ...page, split })
      yield* readPages(read, entriesAtOnce)
    },
    async *allExamples(version, split) {
      if (seesHidden) await recordSplits(version, split)
      const read = (page: { limit: number }) =>
        datasets.examples(scope, version.id, { ...page, split })
      yield* readPages(read, examplesAtOnce)
    },
  }
}

function filledSplits({ splits }: DatasetVersion): string[] {
  return splits.filter(({ examples }) => examples > 0).map(({ split }) => split)
}

type AuditStore = Pick<Store, 'audit' | 'secrets'>

async function recordRows(
  store: AuditStore,
  doer: Doer,
  { version, rows }: { version: DatasetVersion; rows: DatasetEntry[] },
): Promise<void> {
  const hidden = Map.groupBy(
    rows.filter(({ split }) => split !== 'evaluation'),
    ({ split }) => split,
  )
  if (hidden.size === 0) return
  const nameOf = await hiddenNames(store)
  const events = Array.from(hidden, ([split, some]) => ({
    action: 'hidden-read' as const,
    subject: version.hash,
    details: {
      dataset: version.dataset,
      split,
      examples: some.map(({ hash }) => nameOf(hash)),
    },
  }))
  await record(store, doer, ...events)
}

/**
 * Whole splits, each once for a reader: who exports one reads it more than once, for the hash of the file and for
 * what of it belongs together.
 */
function splitsRecorder(store: AuditStore, doer: Doer) {
  const known = new Set<string>()
  return async (version: DatasetVersion, wanted: Split | undefined): Promise<void> => {
    const hidden = version.splits
      .filter(({ split }) => split !== 'evaluation' && (wanted === undefined || split === wanted))
      .map((size) => ({ ...size, key: `${version.id} ${size.split}` }))
      .filter(({ key }) => !known.has(key))
    if (hidden.length === 0) return
    const nameOf = await hiddenNames(store)
    const events = hidden.map(({ split, hash }) => ({
      action: 'hidden-read' as const,
      subject: version.hash,
      details: { dataset: version.dataset, split, whole: nameOf(hash) },
    }))
    await record(store, doer, ...events)
    for (const { key } of hidden) known.add(key)
  }
}
