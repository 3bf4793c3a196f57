import type { CheckedBefore } from '../schema/api/environments.ts'
import { changesBetween } from '../schema/doctor-changes.ts'
import type { CheckResult } from '../schema/doctor.ts'
import type { EnvironmentName } from '../schema/environment.ts'
import type { PersonName } from '../schema/workplace.ts'
import type { KeptReport } from '../store/environment-checks.ts'
import type { Store } from '../store/store.ts'

type Kept = Pick<Store, 'environmentChecks'>

/** How many checks of each environment are kept. */
const keptChecks = 20

/** So that whoever looks later sees it, whoever looked now. */
export async function keepReport({ environmentChecks }: Kept, report: KeptReport): Promise<void> {
  await environmentChecks.add(report, keptChecks)
}

/** Null when nobody looked yet, or a Proofloop of another version did. */
export async function newestReport(
  { environmentChecks }: Kept,
  name: EnvironmentName,
): Promise<KeptReport | null> {
  const [newest] = await environmentChecks.list(name, 1)
  return newest ?? null
}

/** All that are kept, newest first, each with what differs from the one before it. */
export async function checkHistory(
  { environmentChecks }: Kept,
  { env, nameOf }: { env: EnvironmentName; nameOf: (id: string) => PersonName },
): Promise<CheckedBefore[]> {
  const reports = await environmentChecks.list(env, keptChecks)
  return reports.map((report, i) => {
    const { result, checks, checkedAt, checkedBy } = report
    const before = reports[i + 1]
    const counted = (wanted: CheckResult): number =>
      checks.filter((check) => check.result === wanted).length
    return {
      checkedAt,
      checkedBy: checkedBy === null ? null : nameOf(checkedBy),
      result,
      passed: counted('pass'),
      failed: counted('fail'),
      skipped: counted('skipped'),
      changes: before === undefined ? null : changesBetween(before, report),
    }
  })
}
