import { z } from 'zod'
import { Issue } from './issue.ts'
import { Judgement } from './verdict.ts'

/** A verdict before it has its place among those on its issue. */
export const NewVerdict = z.object({
  /** Made by who judges, so that sending it twice is one verdict. */
  id: z.string(),
  review: z.string(),
  /** Id of the issue that is judged; a missed one gets an id of its own. */
  issue: z.string(),
  person: z.string(),
  judgement: Judgement,
  /** The issue that was missed; null for every other judgement. */
  added: Issue.nullable(),
})
export type NewVerdict = z.infer<typeof NewVerdict>

/** When the document is forgotten, edits are empty and reasons have lost their text. */
export const StoredVerdict = NewVerdict.extend({
  /** From 1 within the issue, over all persons. */
  version: z.int().positive(),
  createdAt: z.int(),
})
export type StoredVerdict = z.infer<typeof StoredVerdict>

/** Issues of which people say the same, by what their newest verdicts are. */
export const IssueStanding = z.object({
  review: z.string(),
  accepted: z.boolean(),
  edited: z.boolean(),
  dismissed: z.boolean(),
  /** Added by a person, not found by an agent. */
  missed: z.boolean(),
  /** How many; those with no verdict are all false. */
  issues: z.int().positive(),
})
export type IssueStanding = z.infer<typeof IssueStanding>

/** What a person says of an issue now. */
export const NewestVerdict = z.object({
  review: z.string(),
  issue: z.string(),
  /** Null for an issue that a person added. */
  agent: z.string().nullable(),
  /** Of an issue that a person added; null for one that an agent found. */
  type: z.string().nullable(),
  person: z.string(),
  kind: z.enum(['accepted', 'dismissed', 'edited', 'missed']),
})
export type NewestVerdict = z.infer<typeof NewestVerdict>
