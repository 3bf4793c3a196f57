import { z } from 'zod'
import { EvaluationRun } from './evaluation.ts'
import { Walls } from './gate-settings.ts'

export const GateVerdict = z.enum(['PASS', 'FAIL', 'CANT_TELL'])
export type GateVerdict = z.infer<typeof GateVerdict>

/** Why a gate was not passed, as its author is told it. */
export const GateCause = z.enum(['quality', 'functional-tests', 'host-fault', 'budget'])
export type GateCause = z.infer<typeof GateCause>

/** Hashes of what is compared, as it was run: agents, parameters and the models that were asked. */
export const GateHashes = z.object({
  candidate: z.string(),
  baseline: z.string(),
  anchor: z.string().nullable(),
  /** Of the split that was measured on. */
  testSet: z.string(),
  policy: z.string(),
  /** How issues are matched and counted; left out by those who did not keep it. */
  evaluation: z.string().optional(),
})
export type GateHashes = z.infer<typeof GateHashes>

/** Keys of the measures of each side; with another look there are two of each. */
export const GateMeasures = z.object({
  candidate: z.array(z.string()),
  baseline: z.array(z.string()),
  anchor: z.array(z.string()).nullable(),
})
export type GateMeasures = z.infer<typeof GateMeasures>

/** One question to the gate. What is null is not known before it has ended. */
export const StoredGate = z.object({
  id: z.string(),
  /** Whose change it is. */
  author: z.string(),
  /** Name of the flow. */
  flow: z.string(),
  /** The version that was asked about. */
  candidate: z.string(),
  baseline: z.string(),
  anchor: z.string().nullable(),
  dataset: z.string(),
  /** Hash of its split `test`; a word that is no hash where there is nothing to measure on. */
  testSet: z.string(),
  /** Hash of the models that its environment had; null: each version asks its own, or it was not kept. */
  models: z.string().nullable(),
  /** 0, or 1 for the one more look that is pooled with it. */
  look: z.int().min(0).max(1),
  /** Of everything that decides the verdict, without the look. */
  key: z.string().nullable(),
  state: z.enum(['running', 'done']),
  verdict: GateVerdict.nullable(),
  cause: GateCause.nullable(),
  /** Stable codes; those about an agent end in `:<agent>`. */
  reasons: z.array(z.string()),
  hashes: GateHashes.nullable(),
  measures: GateMeasures.nullable(),
  /** Keys under which what it asks of models is recorded, from before it asks; null: it has asked nothing. */
  asked: GateMeasures.nullable(),
  /** The settings that it was judged by, as canonical JSON. */
  policy: z.string(),
  walls: Walls,
  /** Whether one person held two roles when it was asked. */
  solo: z.boolean(),
  /** Its number in the budget of the test set, from 1; null when it cost nothing. */
  charge: z.int().positive().nullable(),
  /** Who had it measured again that was told without a verdict; null: its author asked. */
  requester: z.string().nullable(),
  startedAt: z.int(),
  endedAt: z.int().nullable(),
  /** When its author will be answered, known from the question on; null where nobody waits for a fixed time. */
  dueAt: z.int().nullable(),
  /** When its author is answered. */
  answerAt: z.int().nullable(),
  /** Since when the candidate has read hidden examples; null: it has not. */
  candidateAt: z.int().nullable(),
  /** Canonical JSON, with the signature. */
  receipt: z.string().nullable(),
})
export type StoredGate = z.infer<typeof StoredGate>

/** One version on one split, some of the repeats. */
export const GateMeasure = z.object({
  run: EvaluationRun,
  /** Runs over a document that failed by a fault that is not the version's. */
  hostFaults: z.int().nonnegative(),
  /** Of each repeat; left out by those who kept their sum alone. */
  faultsByRepeat: z.array(z.int().nonnegative()).optional(),
  /** The same where it is what is in production, or was; left out by those who did not count them. */
  referenceFaultsByRepeat: z.array(z.int().nonnegative()).optional(),
  walls: Walls,
})
export type GateMeasure = z.infer<typeof GateMeasure>

/** What was spent of a test set. */
export const GateCharge = z.object({
  testSet: z.string(),
  /** From 1, without gaps. */
  sequence: z.int().positive(),
  gate: z.string(),
  author: z.string(),
  key: z.string(),
  look: z.int().min(0).max(1),
  chargedAt: z.int(),
})
export type GateCharge = z.infer<typeof GateCharge>

/** The look at the split `audit` when a change is merged, the only one that there is of a change. */
export const StoredAudit = z.object({
  gate: z.string(),
  requester: z.string(),
  state: z.enum(['running', 'done']),
  /** Null until it is done. */
  passed: z.boolean().nullable(),
  /** Why it ended without a result, a stable code; somebody may begin it again. */
  fault: z.string().nullable(),
  measures: GateMeasures.nullable(),
  /** As of a gate; of all its beginnings. */
  asked: GateMeasures.nullable(),
  /** Difference of F0.5 and its standard error on `test` and on `audit`; null where there is none. */
  gateDelta: z.number().nullable(),
  gateSe: z.number().nullable(),
  auditDelta: z.number().nullable(),
  auditSe: z.number().nullable(),
  margin: z.number(),
  testSet: z.string(),
  /** When it began the last time. */
  startedAt: z.int(),
  endedAt: z.int().nullable(),
  /** When everybody is told how it ended, known from its beginning; null where nobody waits for a fixed time. */
  dueAt: z.int().nullable(),
  /** Since when the candidate has read examples of `audit`; null: it has not. */
  candidateAt: z.int().nullable(),
  /** What kept its flows apart; null until it is done. */
  walls: Walls.nullable(),
})
export type StoredAudit = z.infer<typeof StoredAudit>
