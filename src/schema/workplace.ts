import { z } from 'zod'
import { Split } from './access.ts'
import { Page, Paragraph } from './document.ts'
import { Issue } from './issue.ts'
import { IssueStatus, Verdict } from './verdict.ts'

/** UTC, milliseconds since 1970; pages show it in the reader's zone. */
export const Instant = z.int().nonnegative()

export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hex')
  .meta({ examples: ['0'.repeat(64)] })

export const PersonName = z.object({ id: z.string(), name: z.string() })
export type PersonName = z.infer<typeof PersonName>

/** Issues of the newest review by what became of them. */
export const IssueTally = z.object({
  open: z.int().nonnegative(),
  accepted: z.int().nonnegative(),
  edited: z.int().nonnegative(),
  dismissed: z.int().nonnegative(),
  disputed: z.int().nonnegative(),
  /** Added by people; they are counted as accepted or edited, too. */
  missed: z.int().nonnegative(),
})
export type IssueTally = z.infer<typeof IssueTally>

/** `withdrawn` takes one's `read` back. */
export const ReadMarkKind = z.enum(['read', 'withdrawn'])
export type ReadMarkKind = z.infer<typeof ReadMarkKind>

/** Somebody has read all of a document, and so would have added what the agents missed. */
const ReadMark = z.object({
  person: PersonName,
  at: Instant,
  /** On whose page it was said: it holds for the document, whatever reviews come later. */
  review: z.string(),
})

/** Who has read all of a document, in the order in which they said so. */
export const ReadState = z.object({
  by: z.array(ReadMark),
  /** How many times somebody marked it or took that back: of two states the higher one is newer. */
  version: z.int().nonnegative(),
})
export type ReadState = z.infer<typeof ReadState>

/** `forgotten`: text and file are gone, verdicts and counts stay. */
export const DocumentState = z.enum(['reading', 'ready', 'failed', 'forgotten'])
export type DocumentState = z.infer<typeof DocumentState>

export const ReviewState = z.enum(['queued', 'running', 'done', 'partial', 'failed', 'stopped'])
export type ReviewState = z.infer<typeof ReviewState>

/** A document in lists. */
export const DocumentEntry = z.object({
  sha256: Sha256,
  name: z.string(),
  mediaType: z.string(),
  bytes: z.int().nonnegative(),
  /** Null until it is read. */
  pages: z.int().nonnegative().nullable(),
  /** Pages that have no text in the file, scans for example; null until it is read. */
  pagesWithoutText: z.int().nonnegative().nullable(),
  /** Those of them that OCR has read; it may have misread words. */
  pagesReadByOcr: z.int().nonnegative().nullable(),
  language: z.string().nullable(),
  state: DocumentState,
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  uploadedBy: PersonName,
  uploadedAt: Instant,
  assignedTo: PersonName.nullable(),
  /** Null for readers who may not know it. */
  split: Split.nullable(),
  newestReview: z
    .object({
      id: z.string(),
      state: ReviewState,
      /** Parts done of all, as shares 0 to 1; null while it is queued. */
      progress: z.number().min(0).max(1).nullable(),
      issues: IssueTally,
      /** Why it failed, or stopped at the budget; null otherwise, also when a person stopped it. */
      reason: z.string().nullable(),
    })
    .nullable(),
  read: ReadState,
})
export type DocumentEntry = z.infer<typeof DocumentEntry>

/** What a page needs to show a document beside its issues. */
export const DocumentText = z.object({
  sha256: Sha256,
  name: z.string(),
  pages: z.array(Page),
  paragraphs: z.array(Paragraph),
})
export type DocumentText = z.infer<typeof DocumentText>

export const ReviewAgent = z.object({
  name: z.string(),
  type: z.string(),
  status: z.enum(['waiting', 'running', 'done', 'partial', 'failed', 'skipped']),
  partsDone: z.int().nonnegative(),
  parts: z.int().nonnegative(),
  issues: z.int().nonnegative(),
  /** Issues that it found beyond what one part may have. */
  leftOut: z.int().nonnegative().default(0),
  reason: z.string().nullable(),
})
export type ReviewAgent = z.infer<typeof ReviewAgent>

/** One run of a flow version on one document, as people follow it. */
export const ReviewEntry = z.object({
  id: z.string(),
  document: z.object({ sha256: Sha256, name: z.string() }),
  flow: z.object({ name: z.string(), version: z.string() }),
  state: ReviewState,
  agents: z.array(ReviewAgent),
  issues: IssueTally,
  /** Of its document. */
  read: ReadState,
  /** `random`: drawn for the random review queue; all of its issues are to be judged. */
  order: z.enum(['document', 'random']),
  /** Tries a draft beside what it was made from; no document has it as its newest review. */
  trial: z.boolean(),
  requestedBy: PersonName,
  requestedAt: Instant,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  reason: z.string().nullable(),
})
export type ReviewEntry = z.infer<typeof ReviewEntry>

/** An issue with what people said of it. */
export const ReviewedIssue = z.object({
  issue: Issue,
  review: z.string(),
  origin: z.enum(['agent', 'person']),
  status: IssueStatus,
  /** Number of verdicts; a new one must name the number it has seen. */
  version: z.int().nonnegative(),
  verdicts: z.array(Verdict),
})
export type ReviewedIssue = z.infer<typeof ReviewedIssue>

/** What a review tells while it runs; the sequence number is the event's id. */
export const ReviewEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), done: z.int(), parts: z.int() }),
  z.object({ type: z.literal('issues'), issues: z.array(ReviewedIssue) }),
  z.object({ type: z.literal('agent'), agent: ReviewAgent }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
  z.object({ type: z.literal('complete'), state: ReviewState }),
  z.object({ type: z.literal('verdict'), issue: ReviewedIssue }),
  z.object({ type: z.literal('read'), read: ReadState }),
])
export type ReviewEvent = z.infer<typeof ReviewEvent>
