import { z } from 'zod'
import { ReferenceRole } from '../reference-version.ts'
import { Instant, PersonName } from '../workplace.ts'
import { ByName } from './dataset-version.ts'
import { EvaluationEntry } from './evaluations.ts'
import { procedure } from './procedure.ts'

/** A version that others are compared with, measured on `test`. */
export const ReferenceMeasure = z.object({
  role: ReferenceRole,
  /** Of the flow. */
  version: z.string(),
  markedBy: PersonName,
  markedAt: Instant,
  /** Null when it was not measured on this `test`. Approvers are told no kind of issue with fewer than 10. */
  evaluation: EvaluationEntry.nullable(),
})
export type ReferenceMeasure = z.infer<typeof ReferenceMeasure>

/** The newest `test` of a dataset, and what others are compared with on it. */
export const ReferenceMeasures = z.object({
  dataset: z.string(),
  /** Of the split `test`; null when it has no example, or there is no such dataset. */
  test: z.string().nullable(),
  items: z.array(ReferenceMeasure),
})
export type ReferenceMeasures = z.infer<typeof ReferenceMeasures>

/** What the flow is compared with, on a dataset. */
export const datasetReferences = {
  references: procedure('gates:read')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/references',
      summary: 'How baseline and anchor of the flow measure on the newest `test`',
      description:
        'For custodians and approvers, and nothing for who also writes prompts. The audit log knows of each look at figures.',
    })
    .input(ByName)
    .output(ReferenceMeasures),
  measureReferences: procedure('gates:write')
    .route({
      method: 'POST',
      path: '/datasets/{dataset}/references/measure',
      summary: 'Measure baseline and anchor on the newest `test`, where that is not done',
      description: 'After a rotation the server does it by itself. What failed is tried again.',
    })
    .input(ByName)
    .output(ReferenceMeasures),
}
