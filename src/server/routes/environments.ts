import { record } from '../../access/audit.ts'
import type { AskedServer } from '../../environment/check.ts'
import { createEnvironmentStates } from '../../environment/environment-states.ts'
import { checkHistory, keepReport } from '../../environment/check-history.ts'
import { findEnvironment } from '../../environment/server-config.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { DoctorReport } from '../../schema/doctor.ts'
import type { EnvironmentName } from '../../schema/environment.ts'
import { type ExaminedServer, examineServer } from '../examine-server.ts'
import type { Implementer } from '../implementer.ts'

export function environmentRoutes(
  os: Implementer['environments'],
  host: ExaminedServer & { stopping: Pick<AbortController, 'signal'> },
  asked: AskedServer,
) {
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
          .then(() => check(host, asked, { env, by: actor.id, signal: host.stopping.signal }))
          .finally(() => underWay.delete(env))
      underWay.set(env, checking)
      const [report] = await Promise.all([checking, told])
      return report
    }),
  }
}

type Wanted = { env: EnvironmentName; by: string; signal: AbortSignal }

async function check(
  host: ExaminedServer,
  asked: AskedServer,
  { env, by, signal }: Wanted,
): Promise<DoctorReport> {
  const report = await examineServer(host, asked, { env, signal })
  await keepReport(host.store, { ...report, checkedBy: by })
  return report
}
