import { keepReport, newestReport } from '../environment/check-history.ts'
import type { DoctorReport } from '../schema/doctor.ts'
import type { Advancing } from './advancing.ts'
import type { ChangeHost } from './change-host.ts'
import { endCheck } from './end-check.ts'

/**
 * In milliseconds. An environment that was well is taken to be for so long: each examination asks every model
 * something, and changes come in bunches; what breaks meanwhile is a fault of the host to the gate.
 */
const goodFor = 10 * 60_000

/** Whether the environment whose models the gate asks is well. Names of checks are told, nothing that they saw. */
export async function examineEnvironment(
  host: ChangeHost,
  { check, signal }: Advancing,
): Promise<void> {
  const { environment } = host.gate.settings
  const { examine } = host.changes
  if (examine === null) {
    const summary = `The server has no environment ${environment}: none was examined.`
    await endCheck(host, check, { outcome: 'skipped', cause: 'no-environment', summary })
    return
  }
  const { result, checks, checkedAt } = (await goodReport(host)) ?? (await report(examine))
  const failed = checks.filter((one) => one.result === 'fail').map(({ name }) => name)
  const subject = String(checkedAt)
  if (result === 'pass') {
    const summary = `The environment ${environment} passed ${checks.length - failed.length} checks.`
    await endCheck(host, check, { outcome: 'pass', summary, subject })
    return
  }
  const summary = `Checks of the environment ${environment} failed: ${failed.join(', ')}.`
  await endCheck(host, check, { outcome: 'fail', cause: 'environment', summary, subject })

  async function report(run: NonNullable<ChangeHost['changes']['examine']>): Promise<DoctorReport> {
    const found = await run(signal)
    await keepReport(host.store, { ...found, checkedBy: null })
    return found
  }
}

async function goodReport({ store, gate, now }: ChangeHost): Promise<DoctorReport | null> {
  const newest = await newestReport(store, gate.settings.environment)
  const isGood = newest?.result === 'pass' && now() - newest.checkedAt < goodFor
  return isGood ? newest : null
}
