import { z } from 'zod'
import { EnvironmentName } from './environment.ts'
import { Walls } from './gate-settings.ts'
import { StoredError } from './stored-error.ts'

/** The facts of an evaluation; its counts are an `EvaluationRun` beside it. */
export const StoredEvaluation = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed', 'stopped']),
  requester: z.string(),
  /** Null when recorded outputs were measured. */
  flowVersion: z.string().nullable(),
  dataset: z.string(),
  datasetHash: z.string(),
  /** These are null until it is done. */
  evaluationHash: z.string().nullable(),
  policyHash: z.string().nullable(),
  subjectHash: z.string().nullable(),
  documents: z.int().nonnegative().nullable(),
  /** Only these agents; null for all. */
  agents: z.array(z.string()).nullable(),
  /** Of the server, in which it runs; null: in none. */
  environment: EnvironmentName.nullable(),
  /** What kept the flow apart; null: until that is known, where none was run, and of those that did not keep it. */
  walls: Walls.nullable(),
  /** As asked for; null until it is done when that was not told. */
  repeats: z.int().positive().nullable(),
  /** Null until a worker has it. */
  job: z.string().nullable(),
  /** Runs over a document, repeats included; null until it has begun. */
  runs: z.object({ done: z.int().nonnegative(), all: z.int().nonnegative() }).nullable(),
  startedAt: z.int(),
  endedAt: z.int().nullable(),
  error: StoredError.nullable(),
})
export type StoredEvaluation = z.infer<typeof StoredEvaluation>
