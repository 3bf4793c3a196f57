import { keepReport, newestReport } from '../environment/check-history.ts'
import { branchRules, gateModels } from '../environment/checks/plan-checks.ts'
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
  const { checks, checkedAt } = (await goodReport(host)) ?? (await report(examine))
  const failed = failedOf({ checks })
  const subject = String(checkedAt)
  if (failed.length === 0) {
    const summary = `The environment ${environment} passed ${checks.filter(({ result }) => result !== 'fail').length} checks.`
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
  if (newest === null || now() - newest.checkedAt >= goodFor) return null
  return failedOf(newest).length === 0 ? newest : null
}

/**
 * What the doctor alone fails by: gates can be asked all the same, and what is lax about the rules of the branch is
 * looked at anew before each merge.
 */
const ofNoGate = new Set<string>([gateModels.name, branchRules.name])

/** Names of what has to be mended before a gate can be asked there. */
function failedOf({ checks }: Pick<DoctorReport, 'checks'>): string[] {
  const failed = checks.filter(({ result, name }) => result === 'fail' && !ofNoGate.has(name))
  return failed.map(({ name }) => name)
}
