import { stat } from 'node:fs/promises'
import path from 'node:path'
import { record } from '../../access/audit.ts'
import { parseColumnMapping } from '../../dataset/column-mapping.ts'
import { folderDatasets, parseDatasetReference } from '../../dataset/dataset-source.ts'
import { nameOfDataset } from '../../dataset/find-datasets.ts'
import { type Dataset, readDataset } from '../../dataset/read-dataset.ts'
import { storedDatasets } from '../../dataset/stored-datasets.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import type { Io } from '../io.ts'
import type { LocalStore } from '../local-store.ts'
import { actorHere } from './actor-here.ts'

type Place = {
  local: LocalStore
  /** With `datasets/` in it; left out where no flow is measured. */
  flow?: string
  /** Of a file, as on the command line. */
  columnMapping?: string[]
  io: Io
}

type ToMeasure = {
  dataset: Dataset
  /** As the page calls it. */
  name: string
}

/**
 * What is to be measured on: what lies at a path, else a dataset by its name, as a server of the data folder knows
 * it. Nobody measures another split than `evaluation` here.
 * @throws UserFacingError dataset-not-found, person-unknown, not-allowed, and those of `readDataset`
 */
export async function datasetToMeasure(named: string, place: Place): Promise<ToMeasure> {
  const { local, flow, columnMapping, io } = place
  const location = path.resolve(io.cwd, named)
  const folders = [...(flow === undefined ? [] : [path.resolve(io.cwd, flow)]), local.dataFolder]
  const lists = folders.map((folder) => path.join(folder, 'datasets'))
  if (await isThere(location)) {
    const columns = columnMapping && parseColumnMapping(columnMapping)
    const dataset = await readDataset(named, io.cwd, { columns })
    return { dataset, name: await nameOfDataset(lists, location) }
  }
  const { name, split } = parseDatasetReference(named)
  const known = { stored: storedHere(place), inFolders: folderDatasets(lists) }
  if (split === 'evaluation') {
    const found = (await known.stored.open(name)) ?? (await known.inFolders.open(name, split))
    if (found !== null) return { dataset: found, name }
  }
  const names = [...(await known.stored.names()), ...(await known.inFolders.names())]
  throw isNowhere(named, [...new Set(names)].toSorted())
}

async function isThere(location: string): Promise<boolean> {
  return stat(location).then(
    () => true,
    () => false,
  )
}

/** Of the data folder, where there is a store in it. */
function storedHere({ local, io }: Place) {
  const source = storedDatasets(() => local.open())
  return {
    /** None for whom they are not to know. */
    async names(): Promise<string[]> {
      if (!(await local.isMade())) return []
      const mayKnow = await actorHere(await local.open(), io, 'datasets:read').catch(unlessRefused)
      return mayKnow === null ? [] : await source.names()
    },
    async open(name: string): Promise<Dataset | null> {
      if (!(await local.isMade()) || !(await source.has(name))) return null
      const store = await local.open()
      // Whole texts leave the store, all at once.
      const actor = await actorHere(store, io, 'datasets:export').catch(askAServer)
      const found = await source.open(name, 'evaluation')
      if (found === null) return null
      const details = { dataset: name, split: 'evaluation' }
      await record(store, actor, { action: 'exported', subject: found.hash, details })
      return found
    },
  }
}

function unlessRefused(error: unknown): null {
  if (error instanceof UserFacingError) return null
  throw error
}

function askAServer(error: unknown): never {
  if (!(error instanceof UserFacingError) || error.code !== 'not-allowed') throw error
  throw new UserFacingError(
    error.code,
    `${error.message} To measure without it, have the server do it: --server URL.`,
    { cause: error },
  )
}

function isNowhere(named: string, names: readonly string[]): UserFacingError {
  const byName =
    names.length === 0
      ? 'The data folder has none of a name either.'
      : `By name there are: ${names.join(', ')}; a name stands alone or with @evaluation, the only split to measure here.`
  return new UserFacingError(
    'dataset-not-found',
    printable(
      `The dataset ${named} does not exist or cannot be reached. Check the path. ${byName}`,
    ),
  )
}
