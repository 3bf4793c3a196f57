import { z } from 'zod'
import { ModelProvider } from '../config.ts'
import { CheckResult, DoctorReport } from '../doctor.ts'
import { EnvironmentName, EnvironmentSettings } from '../environment.ts'
import { PersonName } from '../workplace.ts'
import { procedure } from './procedure.ts'

/** As the server was told when it started; never a key, nor where a model's server is. */
export const EnvironmentState = EnvironmentSettings.omit({ models: true }).extend({
  name: EnvironmentName,
  models: z.array(
    z.object({
      alias: z.string(),
      provider: ModelProvider,
      model: z.string(),
      /** What to set; null when it can be asked. */
      gap: z.string().nullable(),
      priced: z.boolean(),
    }),
  ),
  /** What was found last; null when nobody looked yet. */
  report: DoctorReport.extend({
    /** Null: whoever ran `proofloop doctor` on the machine. */
    checkedBy: PersonName.nullable(),
  }).nullable(),
})
export type EnvironmentState = z.infer<typeof EnvironmentState>

/** One of the last checks of an environment. */
export const CheckedBefore = z.object({
  /** UTC epoch milliseconds. */
  checkedAt: z.int(),
  /** Null: whoever ran `proofloop doctor` on the machine. */
  checkedBy: PersonName.nullable(),
  result: DoctorReport.shape.result,
  /** How many checks came out so. */
  passed: z.int(),
  failed: z.int(),
  skipped: z.int(),
  /** What came out otherwise than in the check before it; null for the oldest one. */
  changes: z
    .array(
      z.object({
        name: z.string(),
        before: CheckResult.nullable(),
        now: CheckResult.nullable(),
      }),
    )
    .nullable(),
})
export type CheckedBefore = z.infer<typeof CheckedBefore>

export const environments = {
  list: procedure('environments:read')
    .route({
      method: 'GET',
      path: '/environments',
      summary: 'The environments of the server, and what the last check of each found',
    })
    .output(
      z.object({
        environments: z.array(EnvironmentState),
        /** The one that this server was started for; null when it was told none. */
        current: EnvironmentName.nullable(),
      }),
    ),
  history: procedure('environments:read')
    .route({
      method: 'GET',
      path: '/environments/{env}/checks',
      summary: 'The last checks of an environment, newest first; at most 20',
    })
    .input(z.object({ env: EnvironmentName }))
    .output(z.object({ items: z.array(CheckedBefore) })),
  check: procedure('environments:check')
    .route({
      method: 'POST',
      path: '/environments/{env}/doctor',
      summary: 'Check an environment for real; asks each of its models for one token',
    })
    .input(z.object({ env: EnvironmentName }))
    .output(DoctorReport),
}
