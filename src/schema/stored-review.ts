import { z } from 'zod'
import { StoredError } from './stored-error.ts'
import { ReviewState } from './workplace.ts'

/** The code, prompts, rules and settings that reviewed, named by their hash. */
export const FlowVersion = z.object({
  hash: z.string(),
  name: z.string(),
  manifest: z.json(),
  createdAt: z.int(),
})
export type FlowVersion = z.infer<typeof FlowVersion>

/** One run of a flow version on a document, for people to judge. */
export const StoredReview = z.object({
  id: z.string(),
  document: z.string(),
  flowVersion: z.string(),
  state: ReviewState,
  /** How its issues are shown; precision is estimated from those in random order. */
  issueOrder: z.enum(['document', 'random']),
  /** Whether the reviewer is asked to judge all of it and to add what was missed. */
  fullReview: z.boolean(),
  /** Tries a draft, or what it was made from beside it: to be looked at, not worked off. */
  trial: z.boolean(),
  requester: z.string(),
  createdAt: z.int(),
  startedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
  error: StoredError.nullable(),
  /** Sequence number of its newest event; 0 when there is none. */
  lastEvent: z.int().nonnegative(),
})
export type StoredReview = z.infer<typeof StoredReview>

/** One agent on one chunk: the unit that is resumed after a crash. */
export const ReviewPart = z.object({
  agent: z.string(),
  chunk: z.int().nonnegative(),
  state: z.enum(['pending', 'done', 'failed']),
  error: StoredError.nullable(),
  /** How many it found; null until it has ended. */
  issues: z.int().nonnegative().nullable(),
  /** Issues beyond what a part may have; null until it has ended. */
  leftOut: z.int().nonnegative().nullable(),
  endedAt: z.int().nullable(),
})
export type ReviewPart = z.infer<typeof ReviewPart>

/** Parts of one agent in one state. */
export const PartTally = z.object({
  review: z.string(),
  agent: z.string(),
  state: z.enum(['pending', 'done', 'failed']),
  parts: z.int().positive(),
  issues: z.int().nonnegative(),
  leftOut: z.int().nonnegative(),
  /** One of the errors of those that failed. */
  error: StoredError.nullable(),
})
export type PartTally = z.infer<typeof PartTally>

/** What a page that watches a review is told. */
export const StoredEvent = z.object({
  /** From 1 within the review, without gaps. */
  sequence: z.int().positive(),
  kind: z.string(),
  content: z.json(),
  createdAt: z.int(),
})
export type StoredEvent = z.infer<typeof StoredEvent>
