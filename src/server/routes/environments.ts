import { record } from '../../access/audit.ts'
import type { DatasetSource } from '../../dataset/dataset-source.ts'
import type { AskedServer, DoctorHost } from '../../environment/check.ts'
import { checksOf } from '../../environment/doctor.ts'
import { createEnvironmentStates } from '../../environment/environment-states.ts'
import { examine } from '../../environment/examine.ts'
import { checkHistory, keepReport } from '../../environment/check-history.ts'
import {
  type Environment,
  findEnvironment,
  type ServerConfig,
} from '../../environment/server-config.ts'
import type { Jobs } from '../../job/jobs.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { DoctorReport } from '../../schema/doctor.ts'
import type { EnvironmentName } from '../../schema/environment.ts'
import type { Blobs } from '../../store/blobs/blobs.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'
import type { Log } from '../log.ts'

type Host = {
  store: Store
  blobs: Blobs
  jobs: Jobs
  log: Log
  config: ServerConfig
  environment?: Environment
  env: Record<string, string | undefined>
  dataFolder: string
  datasets: DatasetSource
}

export function environmentRoutes(os: Implementer['environments'], host: Host, asked: AskedServer) {
  const { store, config } = host
  const states = createEnvironmentStates(config, host)
  const underWay = new Map<EnvironmentName, Promise<DoctorReport>>()
  return {
    list: os.list.handler(async () => {
      const environments = await states(await peopleNames(store))
      return { environments, current: host.environment?.name ?? null }
    }),
    history: os.history.handler(async ({ input: { env } }) => {
      findEnvironment(config, env)
      return { items: await checkHistory(store, { env, nameOf: await peopleNames(store) }) }
    }),
    check: os.check.handler(async ({ input: { env }, context: { actor } }) => {
      findEnvironment(config, env)
      const told = record(store, actor, { action: 'environment-checked', subject: env })
      // Two who ask at once wait for the same, also where the first is still being told to the log.
      const checking =
        underWay.get(env) ??
        told
          .then(() => check(host, asked, { env, by: actor.id }))
          .finally(() => underWay.delete(env))
      underWay.set(env, checking)
      const [report] = await Promise.all([checking, told])
      return report
    }),
  }
}

type Wanted = { env: EnvironmentName; by: string }

async function check(host: Host, asked: AskedServer, { env, by }: Wanted): Promise<DoctorReport> {
  const { store, blobs, jobs, log, config } = host
  const environment = findEnvironment(config, env)
  const examined: DoctorHost = {
    ...host,
    environment,
    directory: config.directory,
    now: Date.now,
    store: async () => store,
    // A server has brought them up to date before it answers.
    tables: async () => store,
    blobs: async () => blobs,
    jobs: async () => jobs,
    server: async () => asked,
  }
  const report = await examine(examined, checksOf(environment), {
    report: (error, check) => log.error('check-failed', error, { check }),
  })
  await keepReport(store, { ...report, checkedBy: by })
  return report
}
