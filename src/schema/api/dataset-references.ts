import { z } from 'zod'
import { ReferenceRole } from '../reference-version.ts'
import { GateCall } from '../stored-gate-call.ts'
import { StoredEvaluation } from '../stored-evaluation.ts'
import { Instant, PersonName } from '../workplace.ts'
import { ByName } from './dataset-version.ts'
import { EvaluationEntry } from './evaluations.ts'
import { AfterCalls, AskedRun, NextCalls } from './asked-calls.ts'
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
  /** Issue types that are in nobody's pooled figures: no version of these looks for them, or finds one. */
  leftOut: z.array(z.string()),
})
export type ReferenceMeasures = z.infer<typeof ReferenceMeasures>

/** Where models were asked while a version was measured on `test`. */
export const ReferencesAsked = z.object({
  dataset: z.string(),
  /** Newest first; also those that failed. */
  measurements: z.array(
    z.object({
      /** Of the evaluation. */
      id: z.string(),
      /** Of the flow. */
      version: z.string(),
      state: StoredEvaluation.shape.state,
      startedAt: Instant,
    }),
  ),
  /** The one that is told of; null where nothing was measured. */
  evaluation: z.string().nullable(),
  items: z.array(AskedRun),
})
export type ReferencesAsked = z.infer<typeof ReferencesAsked>

/** What was asked in one run over one hidden document. */
export const ReferencesCalls = z.object({
  dataset: z.string(),
  evaluation: z.string(),
  /** Of the flow. */
  version: z.string(),
  /** Id of the example. */
  document: z.string(),
  /** From 1, of so many. */
  run: z.int().positive(),
  runs: z.int().positive(),
  items: z.array(GateCall),
  next: NextCalls,
})
export type ReferencesCalls = z.infer<typeof ReferencesCalls>

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
  referencesAsked: procedure('gates:write')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/references/asked',
      summary: 'About which hidden documents models were asked to measure baseline and anchor',
      description: 'For custodians. The audit log knows of each look.',
    })
    .input(
      ByName.extend({
        /** The newest when left out. */
        evaluation: z.string().optional(),
      }),
    )
    .output(ReferencesAsked),
  referencesCalls: procedure('gates:write')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/references/calls',
      summary: 'What was asked of models about one hidden document to measure baseline or anchor',
      description:
        'For custodians, kept as long as answers of models are. The audit log knows of each look, and at which document.',
    })
    .input(
      ByName.extend({
        evaluation: z.string(),
        /** Id of the example. */
        document: z.string(),
        run: z.coerce.number().int().positive().default(1),
        after: AfterCalls,
      }),
    )
    .output(ReferencesCalls),
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
