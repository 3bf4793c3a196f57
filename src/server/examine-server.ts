import { branchGuardOf } from '../change/forge/github/branch-guard.ts'
import type { AskedServer, DoctorHost } from '../environment/check.ts'
import { checksOf } from '../environment/doctor.ts'
import { examine } from '../environment/examine.ts'
import { gateEnvironment, othersOnAccounts } from '../environment/gate-environment.ts'
import {
  type Environment,
  findEnvironment,
  type ServerConfig,
} from '../environment/server-config.ts'
import { isDemo } from '../schema/gate-settings.ts'
import type { DoctorReport } from '../schema/doctor.ts'
import type { Log } from './log.ts'
import type { DatasetSource } from '../dataset/dataset-source.ts'
import type { FlowLibrary } from '../flow/flow-library.ts'
import { loadConfig } from '../flow/load-config.ts'
import type { Jobs } from '../job/jobs.ts'
import type { Blobs } from '../store/blobs/blobs.ts'
import type { Store } from '../store/store.ts'

export type ExaminedServer = {
  store: Store
  blobs: Blobs
  jobs: Jobs
  log: Log
  config: ServerConfig
  environment?: Environment
  env: Record<string, string | undefined>
  dataFolder: string
  isolation: DoctorHost['isolation']
  datasets: DatasetSource
  flows: Pick<FlowLibrary, 'directory'>
}

/**
 * What the doctor finds in one of the environments of a server that runs.
 * @throws UserFacingError environment-not-found
 */
export async function examineServer(
  host: ExaminedServer,
  asked: AskedServer,
  { env, signal }: { env: string; signal?: AbortSignal },
): Promise<DoctorReport> {
  const { store, blobs, jobs, log, config } = host
  const environment = findEnvironment(config, env)
  const examined: DoctorHost = {
    ...host,
    environment,
    gateModels: { ...gateEnvironment(config), sharedWith: othersOf(host) },
    gateDemo: config.gate !== undefined && isDemo(config.gate),
    branchGuard: branchGuardOf(config.changes, { env: host.env, now: Date.now }),
    directory: config.directory,
    now: Date.now,
    store: async () => store,
    // A server has brought them up to date before it answers.
    tables: async () => store,
    blobs: async () => blobs,
    jobs: async () => jobs,
    server: async () => asked,
  }
  return examine(examined, checksOf(environment), {
    signal,
    report: (error, check) => log.error('check-failed', error, { check }),
  })
}

function othersOf({ config, env, environment, flows }: ExaminedServer): string[] {
  const flowModels = loadConfig(flows.directory).models
  return othersOnAccounts(config, { env, flowModels, serves: environment?.name })
}
