import path from 'node:path'
import type { Actor } from '../../access/actor.ts'
import { record } from '../../access/audit.ts'
import { recordNewVersion } from '../../access/dataset-change.ts'
import { datasetReader } from '../../access/dataset-reader.ts'
import {
  datasetCheck,
  datasetDiff,
  findVersion,
  versionEntry,
} from '../../dataset/dataset-answers.ts'
import { exportFile } from '../../dataset/export-lines.ts'
import { importVersion, requireDatasetName } from '../../dataset/import-version.ts'
import { flowTexts } from '../../dataset/flow-texts.ts'
import { type LeakSearch, leakSourcesOf, withOthers } from '../../dataset/leak-sources.ts'
import { findFlow } from '../../flow/find-flow.ts'
import { readContent } from '../../flow/flow-content.ts'
import { type NameOf, peopleNames } from '../../review/people-names.ts'
import { readReviewSettings } from '../../review/review-settings.ts'
import { storedTexts } from '../../review/stored-text.ts'
import { ensureSplitKey } from '../../review/split-key.ts'
import type { Permission } from '../../schema/access.ts'
import type { Added } from '../../schema/api/dataset-version.ts'
import type { Store } from '../../store/store.ts'
import type { Io } from '../io.ts'
import { createLocalStore } from '../local-store.ts'
import { version } from '../version.ts'
import { actorHere } from './actor-here.ts'
import type { DatasetPlace } from './dataset-place.ts'
import { readDatasetHere } from './read-dataset-here.ts'

/** Of a data folder or database of one's own, also beside a server. */
export function datasetsHere(options: { data: string; flow?: string }, io: Io): DatasetPlace {
  const local = createLocalStore(options, io)
  const open = async (permission: Permission) => {
    const store = await local.open()
    const actor = await actorHere(store, io, permission)
    return { store, actor, reader: datasetReader(store, actor), nameOf: await peopleNames(store) }
  }
  return {
    async list() {
      const { reader, nameOf } = await open('datasets:read')
      return (await reader.list()).map((one) => versionEntry(one, nameOf))
    },
    async version(wanted) {
      const { reader, nameOf } = await open('datasets:read')
      const found = await findVersion(reader, wanted)
      await reader.recordShown(found)
      return versionEntry(found, nameOf)
    },
    async versions(dataset) {
      const { reader, nameOf } = await open('datasets:read')
      await findVersion(reader, { dataset })
      const found = await reader.versions({ dataset, limit: 100 })
      return found.map((one) => versionEntry(one, nameOf))
    },
    async check(wanted) {
      const { reader, store } = await open('datasets:read')
      const place = { store, splitKey: await ensureSplitKey(store) }
      return datasetCheck(reader, wanted, { search: await searchHere(options.flow, io), place })
    },
    async diff(compared) {
      return datasetDiff((await open('datasets:read')).reader, { ...compared, whole: true })
    },
    import: async (sent) => importHere(await open('datasets:write'), sent, { options, io }),
    async export({ split, ...wanted }) {
      const { store, actor, reader } = await open('datasets:export')
      const found = await findVersion(reader, wanted)
      const details = { dataset: found.dataset, ...(split !== undefined && { split }) }
      await record(store, actor, { action: 'exported', subject: found.hash, details })
      return { ...(await exportFile(reader, found, split)), hash: found.hash }
    },
    [Symbol.asyncDispose]: local[Symbol.asyncDispose],
  }
}

type Opened = { store: Store; actor: Actor; nameOf: NameOf }

async function importHere(
  { store, actor, nameOf }: Opened,
  { path: file, columnMapping, note, showHidden, ...sent }: Parameters<DatasetPlace['import']>[0],
  { options, io }: { options: { flow?: string }; io: Io },
): Promise<Added> {
  requireDatasetName(sent.dataset)
  const stored = storedTexts(store, actor)
  const examples = await readDatasetHere({ path: file, columnMapping }, { stored }, io)
  const { splitShares: shares } = await readReviewSettings(store)
  const details = { mode: sent.mode, splits: sent.splits }
  const source = path.basename(path.resolve(io.cwd, file))
  const { version: made, ...done } = await importVersion(
    { store, splitKey: await ensureSplitKey(store), shares },
    {
      ...sent,
      examples,
      note: note ?? null,
      source,
      search: await searchHere(options.flow, io, path.resolve(io.cwd, file)),
      showHidden: showHidden === 'true',
      createdBy: actor.id,
    },
    (planned) =>
      recordNewVersion(store, actor, { dataset: sent.dataset, details, version: planned }),
  )
  await datasetReader(store, actor).recordOutcome(made, done)
  return { ...versionEntry(made, nameOf), ...done }
}

/** @param without where the examples are that are looked for */
async function searchHere(flow: string | undefined, io: Io, without?: string): Promise<LeakSearch> {
  const folder = findFlow(flow, io.cwd)
  const content = await readContent(folder, version())
  const recordings = Object.values(content.models).flatMap((model) => model.recordings ?? [])
  const { files, left } = await flowTexts(folder, { recordings, without })
  return { sources: withOthers(leakSourcesOf(content), files), flow: folder, left }
}
