import path from 'node:path'
import type { Actor } from '../../access/actor.ts'
import { record } from '../../access/audit.ts'
import { datasetReader } from '../../access/dataset-reader.ts'
import { localPerson } from '../../access/local-person.ts'
import { permissionsOf } from '../../access/permissions.ts'

import {
  datasetCheck,
  datasetDiff,
  findVersion,
  versionEntry,
} from '../../dataset/dataset-answers.ts'
import { exportFile } from '../../dataset/export-lines.ts'
import { importVersion, requireDatasetName } from '../../dataset/import-version.ts'
import { leakSourcesOf } from '../../dataset/leak-sources.ts'
import { findFlow } from '../../flow/find-flow.ts'
import { readContent } from '../../flow/flow-content.ts'
import { type NameOf, peopleNames } from '../../review/people-names.ts'
import { readReviewSettings } from '../../review/review-settings.ts'
import { ensureSplitKey } from '../../review/split-key.ts'
import { type Permission, Role } from '../../schema/access.ts'
import type { Store } from '../../store/store.ts'
import type { Io } from '../io.ts'
import { createLocalStore } from '../local-store.ts'
import { version } from '../version.ts'
import type { DatasetPlace } from './dataset-place.ts'
import { readDatasetHere } from './read-dataset-here.ts'

/** Of a data folder or database of one's own, also beside a server. */
export function datasetsHere(options: { data: string; flow?: string }, io: Io): DatasetPlace {
  const local = createLocalStore(options, io)
  const open = async (permission: Permission) => {
    const store = await local.open()
    const actor = await actorHere(store, io, permission)
    return { store, actor, reader: datasetReader(store, actor), nameOf: await namesHere(store) }
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
      const { reader } = await open('datasets:read')
      const content = await readContent(findFlow(options.flow, io.cwd), version())
      return datasetCheck(reader, wanted, leakSourcesOf(content))
    },
    async diff(compared) {
      return datasetDiff((await open('datasets:read')).reader, { ...compared, whole: true })
    },
    async import({ path: file, note = null, ...sent }) {
      const { store, actor, nameOf } = await open('datasets:write')
      requireDatasetName(sent.dataset)
      const examples = await readDatasetHere(file, io)
      const { splitShares: shares } = await readReviewSettings(store)
      const details = { mode: sent.mode, splits: sent.splits }
      await record(store, actor, { action: 'dataset-changed', subject: sent.dataset, details })
      const source = path.basename(path.resolve(io.cwd, file))
      const { version: made, ...done } = await importVersion(
        { store, splitKey: await ensureSplitKey(store), shares },
        { ...sent, examples, note, source, createdBy: actor.id },
      )
      return { ...versionEntry(made, nameOf), ...done }
    },
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

const nobody = 'nobody'

async function namesHere(store: Store): Promise<NameOf> {
  const nameOf = await peopleNames(store)
  return (id) => (id === nobody ? { id, name: 'somebody without an account' } : nameOf(id))
}

/** Where nobody has an account yet, whoever has the folder is everybody. */
async function actorHere(store: Store, { env }: Io, permission: Permission): Promise<Actor> {
  const person = await localPerson(store, {
    key: env['PROOFLOOP_API_KEY'],
    permissions: [permission],
  })
  const roles = Role.options
  const permissions = permissionsOf(roles)
  return person ?? { id: nobody, name: 'Nobody', roles, permissions, via: 'session' }
}
