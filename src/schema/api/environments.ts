import { z } from 'zod'
import { ModelProvider } from '../config.ts'
import { DoctorReport } from '../doctor.ts'
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
  check: procedure('environments:check')
    .route({
      method: 'POST',
      path: '/environments/{env}/doctor',
      summary: 'Check an environment for real; asks each of its models for one token',
    })
    .input(z.object({ env: EnvironmentName }))
    .output(DoctorReport),
}
