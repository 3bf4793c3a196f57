import { z } from 'zod'
import { DoctorReport } from '../schema/doctor.ts'
import type { EnvironmentName } from '../schema/environment.ts'
import type { Store } from '../store/store.ts'

type Kept = Pick<Store, 'settings'>

/** With the id of who looked; null: whoever ran `proofloop doctor` on the machine. */
const KeptReport = DoctorReport.extend({ checkedBy: z.string().nullable().default(null) })
export type KeptReport = z.infer<typeof KeptReport>

const keyOf = (name: EnvironmentName): string => `doctor-report:${name}`

/** So that the page shows what was found last, whoever looked. */
export async function keepReport({ settings }: Kept, report: KeptReport): Promise<void> {
  await settings.put(keyOf(report.environment), report)
}

/** Null when nobody looked yet, or a Proofloop of another version did. */
export async function newestReport(
  { settings }: Kept,
  name: EnvironmentName,
): Promise<KeptReport | null> {
  return KeptReport.safeParse(await settings.get(keyOf(name))).data ?? null
}
