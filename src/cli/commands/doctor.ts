import path from 'node:path'
import { checksOf } from '../../environment/doctor.ts'
import { examine } from '../../environment/examine.ts'
import { keepReport, newestReport } from '../../environment/check-history.ts'
import {
  type Environment,
  findEnvironment,
  loadServerConfig,
  type ServerConfig,
} from '../../environment/server-config.ts'
import { stackOf, UserFacingError } from '../../lib/errors.ts'
import { changesBetween } from '../../schema/doctor-changes.ts'
import type { DoctorReport } from '../../schema/doctor.ts'
import type { Store } from '../../store/store.ts'
import type { Io } from '../io.ts'
import { openDoctorHost } from '../open-doctor-host.ts'
import { formatDoctorReport } from '../report-doctor.ts'

export type DoctorOptions = {
  env: string
  data: string
  config?: string
  flow?: string
  gateSocket?: string
  json?: boolean
}

/**
 * Checks an environment for real, beside a server or without one.
 * @returns 1 when a check failed
 */
export async function doctor(options: DoctorOptions, io: Io): Promise<number> {
  const config = loadServerConfig({ cwd: io.cwd, config: options.config })
  const environment = findEnvironment(config, options.env)
  const { report, before } = await checkHere({ options, config, environment }, io)
  const since = before && {
    checkedAt: before.checkedAt,
    changes: changesBetween(before, report),
  }
  if (options.json) io.stdout.write(`${JSON.stringify({ ...report, since }, null, 2)}\n`)
  else io.stdout.write(formatDoctorReport(report, since, io))
  return report.result === 'pass' ? 0 : 1
}

type Task = { options: DoctorOptions; config: ServerConfig; environment: Environment }

/** Null as `before`: there was none, or the store cannot be used. */
type Checked = { report: DoctorReport; before: DoctorReport | null }

async function checkHere(task: Task, io: Io): Promise<Checked> {
  const { data, flow, gateSocket } = task.options
  await using stack = new AsyncDisposableStack()
  const host = openDoctorHost(stack, {
    environment: task.environment,
    config: task.config,
    dataFolder: path.resolve(io.cwd, data),
    flow,
    gateSocket: gateSocket && path.resolve(io.cwd, gateSocket),
    io,
  })
  const report = await examine(host, checksOf(task.environment), {
    signal: io.signal,
    report: (error, check) => io.stderr.write(`${check}: ${stackOf(error)}\n`),
  })
  const before = await host
    .tables()
    .then((store) => replaceNewest(store, report))
    .catch((error: unknown) => tellUnkept(error, io))
  return { report, before }
}

/** @returns the one that was the newest */
async function replaceNewest(
  store: Pick<Store, 'environmentChecks'>,
  report: DoctorReport,
): Promise<DoctorReport | null> {
  const before = await newestReport(store, report.environment)
  await keepReport(store, { ...report, checkedBy: null })
  return before
}

/** The report itself says why the store could not be used. */
function tellUnkept(error: unknown, io: Io): null {
  if (!(error instanceof UserFacingError)) throw error
  io.stderr.write('Not kept for the page of the server: the store cannot be used.\n')
  return null
}
