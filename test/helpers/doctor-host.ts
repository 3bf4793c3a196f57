import path from 'node:path'
import { folderDatasets } from '../../src/dataset/dataset-source.ts'
import { checksOf } from '../../src/environment/doctor.ts'
import type { DoctorHost } from '../../src/environment/check.ts'
import { doctorQueue } from '../../src/environment/doctor-queue.ts'
import { examine } from '../../src/environment/examine.ts'
import type { Environment } from '../../src/environment/server-config.ts'
import { findIsolation } from '../../src/flow/isolate/isolation.ts'
import { openJobs } from '../../src/job/open-jobs.ts'
import { UserFacingError } from '../../src/lib/errors.ts'
import type { DoctorCheck } from '../../src/schema/doctor.ts'
import { EnvironmentSettings } from '../../src/schema/environment.ts'
import { openBlobs } from '../../src/store/blobs/open-blobs.ts'
import { createStore, openDatabase, openStore } from '../../src/store/open-store.ts'
import { masterKeysOf } from '../../src/store/secrets/master-keys.ts'
import { tempFolder } from './temp-folder.ts'

type Options = {
  settings?: Parameters<typeof EnvironmentSettings.parse>[0]
  env?: Record<string, string>
  databaseUrl?: string
  /** Of whoever writes, not of whoever examines. */
  writersNow?: () => number
}

/** An environment on a real store in a folder of its own, and a way to run one of its checks. */
export async function doctorHost(options: Options = {}) {
  const { settings = {}, env = {}, databaseUrl, writersNow = Date.now } = options
  const stack = new AsyncDisposableStack()
  const folder = stack.use(await tempFolder())
  const dataFolder = folder.path('data')
  await (await openStore({ dataFolder, databaseUrl, env }))[Symbol.asyncDispose]()
  const database = stack.use(
    await openDatabase({ dataFolder, databaseUrl, exclusive: false, unsafe: true }),
  )
  const store = createStore({
    database,
    masterKeys: masterKeysOf({ dataFolder, env }),
    now: writersNow,
  })
  const environment: Environment = { ...EnvironmentSettings.parse(settings), name: 'dev' }
  const host: DoctorHost = {
    environment,
    gateModels: { wanted: 'test', own: null, sharedWith: [] },
    gateDemo: false,
    branchGuard: null,
    directory: folder.folder,
    env,
    dataFolder,
    isolation: () => findIsolation({ dataFolder, requester: 'server' }),
    datasets: folderDatasets([path.join(dataFolder, 'datasets')]),
    now: Date.now,
    store: async () => store,
    tables: async () => store,
    blobs: () => openBlobs({ dataFolder, env }),
    async jobs() {
      const queues = { [doctorQueue.name]: doctorQueue }
      const jobs = await openJobs({ store, databaseUrl, alone: false, queues, report: () => {} })
      return stack.use(jobs)
    },
    server: () => Promise.reject(new UserFacingError('no-server', 'There is none. Start one.')),
  }
  return {
    host,
    database,
    store,
    folder,
    dataFolder,
    check: (name: string, more: Partial<DoctorHost> = {}) => runOne({ ...host, ...more }, name),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

async function runOne(host: DoctorHost, name: string): Promise<DoctorCheck> {
  const checks = checksOf(host.environment).filter((check) => check.name === name)
  const report = (error: unknown): void => {
    throw error
  }
  const [found] = (await examine(host, checks, { report })).checks
  if (found === undefined) throw new Error(`There is no check ${name}.`)
  return found
}
