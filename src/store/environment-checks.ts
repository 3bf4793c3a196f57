import { z } from 'zod'
import { DoctorReport } from '../schema/doctor.ts'
import type { EnvironmentName } from '../schema/environment.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { StoreContext } from './context.ts'

/** With the id of who looked; null: whoever ran `proofloop doctor` on the machine. */
const KeptReport = DoctorReport.extend({ checkedBy: z.string().nullable() })
export type KeptReport = z.infer<typeof KeptReport>

/** What checks of environments found. */
export type EnvironmentChecks = {
  /** Older ones of the environment go, so that no more than `atMost` stay. */
  add(report: KeptReport, atMost: number): Promise<void>
  /** Newest first; without those that another version of Proofloop kept in another form. */
  list(environment: EnvironmentName, limit: number): Promise<KeptReport[]>
}

export function createEnvironmentChecks({
  database: { kysely, atomically },
}: StoreContext): EnvironmentChecks {
  const newest = (environment: EnvironmentName) =>
    kysely
      .selectFrom('environment_checks')
      .where('environment', '=', environment)
      .orderBy('checked_at', 'desc')
      .orderBy('id', 'desc')
  return {
    async add({ checkedBy, ...report }, atMost) {
      const { environment, checkedAt } = report
      const row = {
        id: timeOrderedId(),
        environment,
        checked_at: checkedAt,
        checked_by: checkedBy,
        report: JSON.stringify(report),
      }
      const kept = newest(environment).select('id').limit(atMost)
      const old = kysely
        .deleteFrom('environment_checks')
        .where('environment', '=', environment)
        .where('id', 'not in', (eb) => eb.selectFrom(kept.as('kept')).select('kept.id'))
      await atomically([
        { query: kysely.insertInto('environment_checks').values(row) },
        { query: old },
      ])
    },
    async list(environment, limit) {
      const rows = await newest(environment).selectAll().limit(limit).execute()
      return rows.flatMap(({ checked_by: checkedBy, report }) => {
        const kept = KeptReport.safeParse({ ...JSON.parse(report), checkedBy })
        return kept.success ? [kept.data] : []
      })
    },
  }
}
