import { z } from 'zod'
import { ModelAccount } from './model.ts'

/** The error kinds of TIDE (Bolya et al. 2020), most instructive first. */
export const MistakeKind = z.enum(['wrong type', 'bad span', 'duplicate', 'spurious', 'missed'])
export type MistakeKind = z.infer<typeof MistakeKind>

const Side = z.object({ type: z.string(), text: z.string() }).nullable()

/** UTF-16 offsets into a paragraph's text, end exclusive; empty for an insertion. */
export const TextRange = z.object({
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
})
export type TextRange = z.infer<typeof TextRange>

/** What one run got wrong, with where it is. */
export const MistakeInContext = z.object({
  kind: MistakeKind,
  document: z.string(),
  /** What was reported; null for a miss. */
  detected: Side,
  /** What is there; null when nothing is, and for duplicates. */
  truth: Side,
  /** Of the document, or as quoted when it has no place in the document; may be empty. */
  sentence: z.string(),
  /** Null when what was quoted is not in the document. */
  paragraph: z
    .object({
      index: z.int().nonnegative(),
      text: z.string(),
      /** How many characters of the paragraph stand before and after `text`, in which the ranges are. */
      leftOut: z.object({ before: z.int().nonnegative(), after: z.int().nonnegative() }).optional(),
    })
    .nullable(),
  /** Null when there is nothing to mark in the paragraph. */
  detectedRange: TextRange.nullable(),
  truthRange: TextRange.nullable(),
})
export type MistakeInContext = z.infer<typeof MistakeInContext>

/** What is kept of an evaluation besides its counts. */
export const EvaluationDetails = z.object({
  /** Of the first run. */
  mistakes: z.array(MistakeInContext),
  /** Those beyond what is kept. */
  mistakesLeftOut: z.int().nonnegative(),
  /** Null when no model was asked. */
  account: ModelAccount.nullable(),
  /** Reasons why runs over documents failed, each once. */
  failures: z.array(z.object({ reason: z.string(), runs: z.int().positive() })),
})
export type EvaluationDetails = z.infer<typeof EvaluationDetails>
