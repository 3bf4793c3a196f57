import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { EvaluationHashes } from '../evaluation.ts'
import { Instant, PersonName } from '../workplace.ts'
import { page, PageInput, procedure } from './procedure.ts'

/** A rate with its 95 % interval; null where it is undefined. `n` issues in `docs` documents. */
export const Rate = z.object({
  value: z.number().nullable(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  docs: z.number(),
  n: z.number(),
  nEff: z.number().nullable(),
})
export type Rate = z.infer<typeof Rate>

/** True and false positives, misses, and what follows from them. */
export const AgentFigures = z.object({
  tp: z.number(),
  fp: z.number(),
  fn: z.number(),
  precision: Rate,
  recall: Rate,
  f05: Rate,
  f1: Rate,
})
export type AgentFigures = z.infer<typeof AgentFigures>

export const EvaluationEntry = z.object({
  id: z.string(),
  dataset: z.string(),
  flow: z.object({ name: z.string(), version: z.string() }),
  state: z.enum(['queued', 'running', 'done', 'failed', 'stopped']),
  progress: z.number().min(0).max(1).nullable(),
  reason: z.string().nullable(),
  repeats: z.int().positive(),
  hashes: EvaluationHashes.nullable(),
  pooled: AgentFigures.nullable(),
  agents: z.record(z.string(), AgentFigures),
  startedBy: PersonName,
  startedAt: Instant,
  finishedAt: Instant.nullable(),
})
export type EvaluationEntry = z.infer<typeof EvaluationEntry>

const ById = z.object({ evaluation: z.string() })

export const evaluations = {
  datasets: procedure('evaluations:read')
    .route({ method: 'GET', path: '/datasets', summary: 'Datasets that you may evaluate on' })
    .output(
      z.object({
        items: z.array(z.object({ name: z.string(), documents: z.int(), issues: z.int() })),
      }),
    ),
  start: procedure('evaluations:run')
    .route({
      method: 'POST',
      path: '/evaluations',
      summary: 'Measure a version of the flow against a dataset',
      successStatus: 201,
    })
    .input(
      z.object({
        dataset: z.string(),
        flow: z.string().optional(),
        agents: z.array(z.string()).min(1).optional(),
        repeats: z.int().min(1).max(10).default(3),
      }),
    )
    .output(EvaluationEntry),
  list: procedure('evaluations:read')
    .route({ method: 'GET', path: '/evaluations', summary: 'Evaluations, newest first' })
    .input(PageInput.extend({ dataset: z.string().optional() }))
    .output(page(EvaluationEntry)),
  get: procedure('evaluations:read')
    .route({ method: 'GET', path: '/evaluations/{evaluation}', summary: 'One evaluation' })
    .input(ById)
    .output(EvaluationEntry),
  events: procedure('evaluations:read')
    .route({
      method: 'GET',
      path: '/evaluations/{evaluation}/events',
      summary: 'Follow an evaluation (Server-Sent Events)',
    })
    .input(ById)
    .output(eventIterator(EvaluationEntry)),
  stop: procedure('evaluations:run')
    .route({ method: 'POST', path: '/evaluations/{evaluation}/stop', summary: 'Stop it' })
    .input(ById)
    .output(EvaluationEntry),
  report: procedure('evaluations:read')
    .route({
      method: 'GET',
      path: '/evaluations/{evaluation}/report',
      summary: 'Figures, confusion matrix, notes and the mistakes with their paragraphs',
    })
    .input(ById)
    .output(z.looseObject({ evaluation: EvaluationEntry })),
  compare: procedure('evaluations:read')
    .route({
      method: 'GET',
      path: '/evaluations/{baseline}/compare/{candidate}',
      summary: 'The paired verdict on two evaluations of one dataset',
    })
    .input(z.object({ baseline: z.string(), candidate: z.string() }))
    .output(
      z.looseObject({
        verdict: z.enum(['PASS', 'FAIL', 'CANT_TELL']),
        sentence: z.string(),
        reasonsInWords: z.array(z.string()),
      }),
    ),
}
