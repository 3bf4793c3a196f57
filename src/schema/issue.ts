import { z } from 'zod'
import { Quad } from './document.ts'

/** Where an issue is. `null` fields and no quads when the quote could not be found. */
export const IssueLocation = z.object({
  sourceSentence: z.string(),
  page: z.int().positive().nullable(),
  paragraph: z.int().nonnegative().nullable(),
  /** UTF-16 offsets in the paragraph's text, end exclusive. */
  start: z.int().nonnegative().nullable(),
  end: z.int().nonnegative().nullable(),
  /** One quadrilateral a line of text that the issue covers. */
  quads: z.array(z.object({ page: z.int().positive(), quad: Quad })),
})
export type IssueLocation = z.infer<typeof IssueLocation>

/** What a reviewer is shown: what is wrong, where, why, and how to mend it. */
export const Issue = z.object({
  id: z.string(),
  type: z.string(),
  agent: z.string(),
  /** Literally `paragraph.text.slice(start, end)` unless `unresolved`. */
  text: z.string(),
  explanation: z.string(),
  /** Replaces `text`; an empty string deletes it; null when there is no suggestion. */
  suggestedFix: z.string().nullable(),
  /** 0 (drop) to 10 (certain and important); null when the agent does not score. */
  score: z.number().min(0).max(10).nullable(),
  /** The agent quoted something that is not in the document; it is never given an invented place. */
  unresolved: z.boolean(),
  location: IssueLocation,
})
export type Issue = z.infer<typeof Issue>

/** What an agent reports before the host places it in the paragraph. */
export const Finding = z.object({
  /** Null when the agent's quote could not be found: the issue is then unresolved. */
  paragraph: z.int().nonnegative().nullable(),
  /** UTF-16 offsets when the agent knows them; otherwise `text` is searched. */
  start: z.int().nonnegative().optional(),
  end: z.int().nonnegative().optional(),
  text: z.string(),
  sourceSentence: z.string(),
  explanation: z.string(),
  suggestedFix: z.string().nullable(),
  score: z.number().min(0).max(10).nullable(),
})
export type Finding = z.infer<typeof Finding>
