import type { Kysely } from 'kysely'
import { UserFacingError } from '../lib/errors.ts'
import type { Split } from '../schema/access.ts'
import type {
  ChosenSplit,
  DatasetEntry,
  DatasetParagraph,
  DatasetScope,
  DatasetVersion,
  ExampleLabels,
  SplitSize,
  StoredExample,
  VersionProvenance,
} from '../schema/stored-dataset.ts'
import type { StoreContext } from './context.ts'
import type { Database } from './database.ts'
import {
  chosenSplits,
  hiddenSince,
  type ShownText,
  shownSince,
  splitsOfTexts,
  type TextSplit,
} from './dataset-splits.ts'
import { handOn, ownersOf } from './dataset-owners.ts'
import { addVersion } from './dataset-versions.ts'
import { labelSetsChanged, maySettle, type SettledSets } from './label-sets.ts'
import type { Tables } from './tables.ts'
import { entriesOf, examplesOf, holdersOf, listVersions, newestVersions } from './read-datasets.ts'

export type NewVersion = {
  dataset: string
  /** The newest one, which it follows; null for the first. */
  after: DatasetVersion | null
  createdBy: string
  provenance: VersionProvenance
  /** Of all of it. */
  hash: string
  splits: SplitSize[]
  entries: DatasetEntry[]
  /** Hidden texts for which another split is chosen than they had; it counts for those that were not shown. */
  said?: TextSplit[]
  /** Texts that it shows although they were hidden when it was planned; it shows nothing else that is. */
  shows?: ShownText[]
  /**
   * Texts that it hides and `after` does not, or in another split, each with the split that it had when it was planned,
   * or is to have when nobody knew of it; none has another one by now, or is in the other hidden one elsewhere.
   */
  hides?: TextSplit[]
  /** Whether gates begin anew on its test set: their budget, what they compare with besides, and what is watched. */
  isNewTestSet?: boolean
  /**
   * Whether all entries of `after` with other ids are in it, too, as they are; default: no. When one of them was shown
   * meanwhile, `after` is taken for changed.
   */
  keepsOthers?: boolean
  /** Sets of labels that became those of it. */
  settles?: SettledSets
  /** Of the entries whose content is not there yet. */
  contents: {
    document: string
    hash: string
    paragraphs: DatasetParagraph[]
    labels: ExampleLabels
  }[]
}

export type EntryFilter = {
  split?: Split
  /** At most 500. */
  ids?: string[]
  /** Id of the last one of the page before. */
  after?: string
  limit: number
}

/**
 * Labelled examples in versions, which never change. Every read takes the scope of its reader: what is
 * outside of it is in no row, count, hash or order that comes back.
 */
export type Datasets = {
  /** Ids of people by the names of these datasets: who made one, until it is handed on. */
  owners(datasets: string[]): Promise<Map<string, string>>
  /** Of a dataset that is there; false when somebody else hands it on at the same time. */
  handOn(change: { dataset: string; owner: string; by: string }): Promise<boolean>
  /** The newest version of each, by name. */
  list(scope: DatasetScope): Promise<DatasetVersion[]>
  /** Newest first: those in which something of the scope has changed. */
  versions(
    scope: DatasetScope,
    page: { dataset: string; before?: Pick<DatasetVersion, 'id'>; limit: number },
  ): Promise<DatasetVersion[]>
  /** By the hash that the scope sees, or its beginning; the newest when left out. */
  version(
    scope: DatasetScope,
    wanted: { dataset: string; hash?: string },
  ): Promise<DatasetVersion | null>
  /** By id. */
  entries(scope: DatasetScope, version: string, filter: EntryFilter): Promise<DatasetEntry[]>
  examples(scope: DatasetScope, version: string, filter: EntryFilter): Promise<StoredExample[]>
  example(scope: DatasetScope, version: string, id: string): Promise<StoredExample | null>
  /** The example of each dataset, by name, that has a text (by its hash) or was made of a document (by id). */
  holders(scope: DatasetScope, of: { text: string; source: string }): Promise<Map<string, string>>
  /**
   * All of it or nothing: with the first one the dataset is made, and texts are of these splits from now on.
   * @throws UserFacingError group-shown when engineers have come to see what it would hide; label-sets-changed when
   * what it settles is settled; dataset-changed when `after` is not the newest any more, or somebody has hidden
   * what it would show
   */
  addVersion(version: NewVersion): Promise<DatasetVersion>
  /** Ids of the examples that a version hides though engineers have come to see their texts since. */
  shownSince(version: string): Promise<Set<string>>
  /** A review, as it stands, that is not wanted in a dataset. */
  decline(review: { dataset: string; review: string; hash: string; by: string }): Promise<void>
  /** Each as `review hash`. */
  declined(dataset: string): Promise<Set<string>>
  /** The splits that texts are in already, as documents or in datasets, by text group. */
  splitsOf(textGroups: string[]): Promise<Map<string, Split>>
  /** Those of them that a custodian has chosen, also where they were shown since, by text group. */
  chosenSplits(textGroups: string[]): Promise<Map<string, ChosenSplit>>
}

export function createDatasets(context: StoreContext): Datasets {
  const { kysely, atomically } = context.database
  return {
    owners: (names) => ownersOf(kysely, names),
    handOn: (change) => handOn(context, change),
    ...createDatasetReads(context.database),
    async addVersion(version) {
      if (await addVersion(context, version)) {
        const [added] = await listVersions(kysely, 'everything', {
          dataset: version.dataset,
          hash: version.hash,
          limit: 1,
        })
        if (added !== undefined) return added
      }
      if (!version.keepsOthers && (await hidesWhatWasShown(kysely, version))) throw shownMeanwhile()
      const { settles } = version
      if (settles && !(await maySettle(context.database, settles))) throw labelSetsChanged()
      if (await showsWhatIsHidden(kysely, version)) throw hiddenMeanwhile()
      if (await isElsewhere(kysely, version)) throw hiddenElsewhere()
      throw new UserFacingError(
        'dataset-changed',
        'Somebody else has added a version to this dataset meanwhile. Look at it, then try again.',
      )
    },
    shownSince: (version) => shownSince(kysely, version),
    async decline({ dataset, review, hash, by }) {
      const query = kysely
        .insertInto('dataset_declined')
        .values({ dataset, review, hash, declined_by: by, declined_at: context.now() })
        .onConflict((conflict) => conflict.doNothing())
      await atomically([{ query }])
    },
    async declined(dataset) {
      const rows = await kysely
        .selectFrom('dataset_declined')
        .select(['review', 'hash'])
        .where('dataset', '=', dataset)
        .execute()
      return new Set(rows.map(({ review, hash }) => `${review} ${hash}`))
    },
    splitsOf: (textGroups) => splitsOfTexts(kysely, textGroups),
    chosenSplits: (textGroups) => chosenSplits(kysely, textGroups),
  }
}

async function hidesWhatWasShown(
  kysely: Kysely<Tables>,
  { entries }: Pick<NewVersion, 'entries'>,
): Promise<boolean> {
  const hidden = entries.filter(({ split }) => split !== 'evaluation')
  const splits = await splitsOfTexts(
    kysely,
    hidden.map(({ textGroup }) => textGroup),
  )
  return [...splits.values()].includes('evaluation')
}

async function showsWhatIsHidden(
  kysely: Kysely<Tables>,
  { dataset, entries, shows = [] }: Pick<NewVersion, 'dataset' | 'entries' | 'shows'>,
): Promise<boolean> {
  if ((await hiddenSince(kysely, { dataset, texts: shows })).length > 0) return true
  const meant = new Set(shows.map(({ textGroup }) => textGroup))
  const shown = entries.filter(
    ({ split, textGroup }) => split === 'evaluation' && !meant.has(textGroup),
  )
  const splits = await splitsOfTexts(
    kysely,
    shown.map(({ textGroup }) => textGroup),
  )
  return [...splits.values()].some((split) => split !== 'evaluation')
}

async function isElsewhere(
  kysely: Kysely<Tables>,
  { dataset, entries, hides = [] }: Pick<NewVersion, 'dataset' | 'entries' | 'hides'>,
): Promise<boolean> {
  const ids = hides.map(({ textGroup }) => textGroup)
  const splits = await splitsOfTexts(kysely, ids)
  if (hides.some(({ textGroup, split }) => (splits.get(textGroup) ?? split) !== split)) return true
  const texts = ids.map((textGroup) => ({ textGroup, holders: [] }))
  const wanted = new Map(entries.map(({ textGroup, split }) => [textGroup, split]))
  const held = await hiddenSince(kysely, { dataset, texts })
  return held.some(({ textGroup, split }) => wanted.get(textGroup) !== split)
}

function hiddenElsewhere(): UserFacingError {
  return new UserFacingError(
    'dataset-changed',
    'Somebody else has hidden a text meanwhile in another split than this would. Look at the dataset, then try again.',
  )
}

function hiddenMeanwhile(): UserFacingError {
  return new UserFacingError(
    'dataset-changed',
    'Somebody else has hidden a text meanwhile that this would show. Look at the dataset, then try again.',
  )
}

function shownMeanwhile(): UserFacingError {
  return new UserFacingError(
    'group-shown',
    'Engineers have come to see a text meanwhile that would be hidden. Leave it in evaluation.',
  )
}

type DatasetReads = Pick<
  Datasets,
  'list' | 'versions' | 'version' | 'entries' | 'examples' | 'example' | 'holders'
>

/** What reads in a scope, and nothing else: it may be done by a role that can do no more. */
export function createDatasetReads({ kysely }: Pick<Database, 'kysely'>): DatasetReads {
  return {
    list: (scope) => newestVersions(kysely, scope),
    versions: (scope, page) => listVersions(kysely, scope, page),
    async version(scope, { dataset, hash }) {
      const [found] = await listVersions(kysely, scope, { dataset, hash, limit: 1 })
      return found ?? null
    },
    entries: (scope, version, filter) => entriesOf(kysely, scope, { ...filter, version }),
    examples: (scope, version, filter) => examplesOf(kysely, scope, { ...filter, version }),
    async example(scope, version, id) {
      const [found] = await examplesOf(kysely, scope, { version, ids: [id], limit: 1 })
      return found ?? null
    },
    async holders(scope, of) {
      const newest = await newestVersions(kysely, scope)
      const versions = newest.map(({ id }) => id)
      const nameOf = new Map(newest.map(({ id, dataset }) => [id, dataset]))
      const found = await holdersOf(kysely, scope, { ...of, versions })
      // The one with the text comes first.
      return new Map(found.toReversed().map(({ version, id }) => [nameOf.get(version) ?? '', id]))
    },
  }
}
