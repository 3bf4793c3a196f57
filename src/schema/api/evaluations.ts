import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { EnvironmentName } from '../environment.ts'
import { ConfusionCount, EvaluationHashes, EvaluationRun } from '../evaluation.ts'
import { EvaluationDetails } from '../evaluation-details.ts'
import { Walls } from '../gate-settings.ts'
import { Instant, PersonName, Sha256 } from '../workplace.ts'
import { countsAsText, page, PageInput, procedure } from './procedure.ts'

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
  /** Fewer than 5 documents or 10 issues. */
  tooFew: z.boolean(),
})
export type AgentFigures = z.infer<typeof AgentFigures>

export const EvaluationEntry = z.object({
  id: z.string(),
  dataset: z.string(),
  datasetHash: z.string(),
  flow: z.object({ name: z.string(), version: z.string() }),
  /** Only these were measured, with their truths; null: all. */
  chosenAgents: z.array(z.string()).nullable(),
  /** Of the server, in which it runs, with its models and limits; null: in none. */
  environment: EnvironmentName.nullable(),
  /**
   * What kept the flow apart; `process` of a version without code, which the server runs itself. Null: not known yet,
   * no flow was run, or it is from before that was recorded.
   */
  walls: Walls.nullable(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'stopped']),
  /** Runs over a document, repeats included; null until it has begun. */
  runs: z.object({ done: z.int().nonnegative(), all: z.int().nonnegative() }).nullable(),
  /** Why it failed or ended early. */
  reason: z.string().nullable(),
  /** Stable code of the reason, for programs. */
  code: z.string().nullable(),
  repeats: z.int().positive(),
  /** Null until it is done. */
  documents: z.int().nonnegative().nullable(),
  hashes: EvaluationHashes.nullable(),
  pooled: AgentFigures.nullable(),
  /** By issue type. */
  agents: z.record(z.string(), AgentFigures),
  startedBy: PersonName,
  startedAt: Instant,
  finishedAt: Instant.nullable(),
})
export type EvaluationEntry = z.infer<typeof EvaluationEntry>

/** Of who may not export, mistakes have a part of their paragraphs. */
const ShownDetails = EvaluationDetails.extend({
  /** Why mistakes are left out that were kept; null when none are. */
  mistakesHeld: z.string().nullable(),
})

/** What `proofloop evaluate --report` shows; counts are for one run. */
export const EvaluationReport = ShownDetails.extend({
  evaluation: EvaluationEntry,
  documents: z.int().positive(),
  repeats: z.int().positive(),
  /** Share of runs over documents that failed. */
  errorRate: z.number(),
  /** Means over the agents that have a value. */
  macro: z.object({
    precision: z.number().nullable(),
    recall: z.number().nullable(),
    f05: z.number().nullable(),
    agents: z.int().nonnegative(),
  }),
  confusion: z.array(ConfusionCount),
  /** Pairs count only when they overlap by at least one half. */
  strict: AgentFigures,
  /** Whether something was found at all, of whatever type. */
  detection: AgentFigures,
  duplicates: z.number(),
  unresolved: z.number(),
  fixes: z.object({ agreed: z.number(), judged: z.number() }),
  largestContribution: z.object({ document: z.string(), share: z.number() }).nullable(),
  notes: z.array(z.string()),
})
export type EvaluationReport = z.infer<typeof EvaluationReport>

/** What was measured, as agents read it. */
export const MeasuredText = z.object({
  document: z.string(),
  paragraphs: z.array(z.object({ index: z.int(), page: z.int().positive(), text: z.string() })),
})
export type MeasuredText = z.infer<typeof MeasuredText>

/** Of a difference, two-sided, at 95 %. */
const differenceInterval = { lower: z.number().optional(), upper: z.number().optional() }

const ComparedAgent = z.object({
  base: z.number().optional(),
  cand: z.number().optional(),
  delta: z.number().optional(),
  se: z.number().optional(),
  ...differenceInterval,
  pHolm: z.number().optional(),
  issues: z.number(),
  status: z.literal('NOT_MEASURED').optional(),
  minimumDetectableEffect: z.number().nullable(),
})

/** The paired verdict; what `proofloop compare --json` prints. Differences are shares of F0.5. */
export const EvaluationComparison = z.object({
  verdict: z.enum(['PASS', 'FAIL', 'CANT_TELL']),
  improved: z.boolean(),
  /** For the person who decides. */
  sentence: z.string(),
  reasons: z.array(z.string()),
  reasonsInWords: z.array(z.string()),
  pooled: z
    .object({
      base: z.number(),
      cand: z.number(),
      delta: z.number(),
      ...differenceInterval,
      /** One-sided bounds of the difference; null where one document tells of no spread. */
      lower95: z.number().nullable(),
      upper975: z.number().nullable(),
    })
    .nullable(),
  agents: z.record(z.string(), ComparedAgent),
  /** Issue types that are pooled. New ones are not, and those that no version looks for or finds. */
  compared: z.array(z.string()),
  documents: z.int(),
  documentsNeeded: z.number().nullable(),
  minimumDetectableEffect: z.number().nullable(),
  margin: z.number(),
  /** Null unless both have the same number of repeats, at least 2. */
  noise: z.object({ floor: z.number(), repeats: z.int() }).nullable(),
})
export type EvaluationComparison = z.infer<typeof EvaluationComparison>

const ById = z.object({ evaluation: z.string() })

export const evaluations = {
  datasets: procedure('evaluations:read')
    .route({
      method: 'GET',
      path: '/evaluations/datasets',
      summary: 'Datasets that you may evaluate on',
    })
    .output(
      z.object({
        items: z.array(
          z.object({
            name: z.string(),
            /** Null when it cannot be read. */
            documents: z.int().nullable(),
            issues: z.int().nullable(),
            problem: z.string().nullable(),
          }),
        ),
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
        /** `letters`, or `letters@evaluation`. */
        dataset: z.string(),
        /** A version; left out, what is in the flow's folder now. */
        flow: z.string().optional(),
        /** Instead of a version: one of your bundles. */
        bundle: Sha256.optional(),
        agents: z.array(z.string()).min(1).optional(),
        repeats: z.int().min(1).max(10).default(3),
        /** Your own, new for each evaluation: sent again, it is answered with the one that it began. */
        key: z.uuid().optional(),
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
    .output(EvaluationReport),
  text: procedure('evaluations:read')
    .route({
      method: 'GET',
      path: '/evaluations/{evaluation}/text',
      summary: 'The text of a document that was measured, as its dataset has it now',
      description: `Without \`datasets:export\` ${countsAsText}`,
    })
    .input(ById.extend({ document: z.string() }))
    .output(MeasuredText),
  run: procedure('evaluations:read')
    .route({
      method: 'GET',
      path: '/evaluations/{evaluation}/run',
      summary:
        'Its counts by document, agent and repeat, as `proofloop evaluate --save` keeps them',
    })
    .input(ById)
    .output(z.object({ run: EvaluationRun, details: ShownDetails })),
  compare: procedure('evaluations:read')
    .route({
      method: 'GET',
      path: '/evaluations/{baseline}/compare/{candidate}',
      summary: 'The paired verdict on two evaluations of one dataset',
    })
    .input(z.object({ baseline: z.string(), candidate: z.string() }))
    .output(EvaluationComparison),
}
