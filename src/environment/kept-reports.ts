import { DoctorReport } from '../schema/doctor.ts'
import type { EnvironmentName } from '../schema/environment.ts'
import type { Store } from '../store/store.ts'

type Kept = Pick<Store, 'settings'>

const keyOf = (name: EnvironmentName): string => `doctor-report:${name}`

/** So that the page shows what was found last, whoever looked. */
export async function keepReport({ settings }: Kept, report: DoctorReport): Promise<void> {
  await settings.put(keyOf(report.environment), report)
}

/** Null when nobody looked yet, or a Proofloop of another version did. */
export async function newestReport(
  { settings }: Kept,
  name: EnvironmentName,
): Promise<DoctorReport | null> {
  return DoctorReport.safeParse(await settings.get(keyOf(name))).data ?? null
}
