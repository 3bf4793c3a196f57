import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { serverDatasets } from '../dataset/stored-datasets.ts'
import { branchGuardOf } from '../change/forge/github/branch-guard.ts'
import type { AskedServer, DoctorHost } from '../environment/check.ts'
import { workOnDoctor } from '../environment/doctor-queue.ts'
import { gateEnvironment, othersOnAccounts } from '../environment/gate-environment.ts'
import type { Environment, ServerConfig } from '../environment/server-config.ts'
import { findFlow } from '../flow/find-flow.ts'
import { loadConfig } from '../flow/load-config.ts'
import type { Jobs } from '../job/jobs.ts'
import { openJobs } from '../job/open-jobs.ts'
import { UserFacingError } from '../lib/errors.ts'
import { once } from '../lib/once.ts'
import { record } from '../access/audit.ts'
import { createSignInLinks } from '../access/sign-in-links.ts'
import { createApp } from '../server/app.ts'
import { askItself } from '../server/ask-itself.ts'
import { createLog } from '../server/log.ts'
import { allQueues, isolationOf } from '../server/open-host.ts'
import { openExaminedHost } from '../server/open-examined-host.ts'
import type { Blobs } from '../store/blobs/blobs.ts'
import { openBlobs } from '../store/blobs/open-blobs.ts'
import { s3Settings } from '../store/blobs/s3-settings.ts'
import { openStoreToExamine, storeMissing } from '../store/find-store.ts'
import type { Store } from '../store/store.ts'
import { isDemo } from '../schema/gate-settings.ts'
import type { Io } from './io.ts'
import { version } from './version.ts'
import { commandLine } from '../schema/command-line.ts'

type Options = {
  environment: Environment
  config: ServerConfig
  dataFolder: string
  flow?: string
  gateSocket?: string
  io: Io
}

/** What a server would have here, opened beside one that may run; freed with the stack. */
export function openDoctorHost(stack: AsyncDisposableStack, options: Options): DoctorHost {
  const { environment, config, dataFolder, io } = options
  const { env } = io
  const databaseUrl = env['DATABASE_URL'] || undefined
  const flow = findFlow(options.flow, io.cwd)
  const store = once(async () =>
    stack.use(await openStoreToExamine({ dataFolder, databaseUrl, env })),
  )
  const tables = once(async () => requireTables(await store()))
  const jobs = once(async () => openQueue(stack, { store: await tables(), databaseUrl }))
  return {
    environment,
    gateModels: {
      ...gateEnvironment(config),
      sharedWith: othersOnAccounts(config, { env, flowModels: loadConfig(flow).models }),
    },
    gateDemo: config.gate !== undefined && isDemo(config.gate),
    branchGuard: branchGuardOf(config.changes, { env, now: Date.now }),
    directory: config.directory,
    env,
    dataFolder,
    isolation: isolationOf({
      // What is not there cannot be read by a flow that tries.
      dataFolder: existsSync(dataFolder) ? dataFolder : tmpdir(),
      gateSocket: options.gateSocket,
      version: version(),
    }),
    datasets: serverDatasets(tables, [flow, dataFolder]),
    now: Date.now,
    store,
    tables,
    blobs: once(() => openFiles({ dataFolder, env })),
    jobs,
    worksOnJobs: databaseUrl === undefined,
    server: once(async () => {
      const parts = { store: await tables(), jobs: await jobs() }
      await recordCheck(parts.store, environment)
      return openServer(stack, { ...options, ...parts })
    }),
  }
}

/**
 * SQLite has one server, and so this process may do its work. On PostgreSQL it is a worker that has to take
 * the job: one of our own would say that all is well where none runs.
 */
async function openQueue(
  stack: AsyncDisposableStack,
  { store, databaseUrl }: { store: Store; databaseUrl: string | undefined },
): Promise<Jobs> {
  const jobs = await openJobs({
    store,
    databaseUrl,
    alone: false,
    asTheyAre: true,
    queues: allQueues,
    report: () => {},
  })
  stack.use(jobs)
  if (databaseUrl === undefined) await workOnDoctor(jobs)
  return jobs
}

/** As over HTTP, before anything is asked of the server: what it answers may have texts of hidden documents in it. */
async function recordCheck(store: Store, { name }: Environment): Promise<void> {
  await record(store, commandLine, { action: 'environment-checked', subject: name })
}

/** A folder that is not there is not made: the name may be wrong. */
async function openFiles(place: Parameters<typeof openBlobs>[0]): Promise<Blobs> {
  if (s3Settings(place.env) !== undefined || existsSync(place.dataFolder)) return openBlobs(place)
  throw storeMissing(place)
}

async function requireTables(store: Store): Promise<Store> {
  const { missing } = await store.health.steps()
  if (missing.length === 0) return store
  throw new UserFacingError('store-behind', 'The tables are of an older version of Proofloop.')
}

/** The same parts as `proofloop start` has, without a socket, and without writing anything. */
async function openServer(
  stack: AsyncDisposableStack,
  { config, dataFolder, flow, io, store, jobs }: Options & { store: Store; jobs: Jobs },
): Promise<AskedServer> {
  const log = createLog({ write: (line) => io.stderr.write(line), level: 'warn' })
  const url = 'http://localhost'
  const host = await openExaminedHost(stack, {
    dataFolder,
    store,
    jobs,
    env: io.env,
    flow,
    cwd: io.cwd,
    config,
    url,
    oidc: null,
    mail: null,
    log,
    version: version(),
  })
  return askItself(createApp, {
    ...host,
    log,
    links: createSignInLinks(),
    loopback: true,
    publicUrl: null,
    version: version(),
    webFolder: path.join(dataFolder, 'no-page'),
    hindrance: async () => null,
  })
}
