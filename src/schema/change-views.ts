import { z } from 'zod'
import {
  ChangeCheckName,
  ChangeEventKind,
  ChangeState,
  CheckOutcome,
  Decision,
  ForgeKind,
} from './stored-change.ts'
import { PersonName } from './workplace.ts'

/** Of a list. */
export const ChangeEntry = z.object({
  number: z.int().positive(),
  title: z.string(),
  branch: z.string(),
  forge: ForgeKind,
  reference: z.string(),
  /** Null: somebody on the forge whom nobody here is known as. */
  author: PersonName.nullable(),
  isOwn: z.boolean(),
  state: ChangeState,
  /** What it waits for, or how it ended: see ChangeStage. */
  stage: z.string(),
  createdAt: z.int(),
  updatedAt: z.int(),
})
export type ChangeEntry = z.infer<typeof ChangeEntry>

/** Where a change is. One word each, so that a list can be read at a glance; `told` explains it. */
export const ChangeStage = z.enum([
  /** Its author is nobody here, or no engineer: nothing more is done. */
  'not-an-engineer',
  'conflict',
  /** Its runners have not tested what would be merged now, and do not by themselves. */
  'waits-for-update',
  'checking',
  /** A check failed, or the gate was not passed. */
  'not-passed',
  /** Something of ours was at fault; it is tried again by itself. */
  'host-fault',
  'budget-spent',
  'waits-for-gate',
  'waits-for-approval',
  'changes-requested',
  'merging',
  /** The forge says no; it is asked again by itself. */
  'merge-refused',
  /** The forge would let untested things onto its protected branch; it is looked at again by itself. */
  'waits-for-rules',
  'waits-for-audit',
  /** Worse on the split audit: merged, and not deployed. */
  'stopped',
  'deployable',
  'closed',
])
export type ChangeStage = z.infer<typeof ChangeStage>

export const ChangeCheckView = z.object({
  name: ChangeCheckName,
  state: z.enum(['waiting', 'running', 'done']),
  /** Of the gate, to its author: pass or fail, nothing else. */
  outcome: CheckOutcome.nullable(),
  cause: z.string().nullable(),
  summary: z.string().nullable(),
  log: z.string().nullable(),
  /** An evaluation, or a gate: for those who may see it, where it is shown. */
  subject: z.string().nullable(),
  attempt: z.int().nonnegative(),
  startedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
})
export type ChangeCheckView = z.infer<typeof ChangeCheckView>

const ChangeDecisionView = z.object({
  person: PersonName,
  decision: Decision,
  /**
   * Whether it is about what would be merged now and the gate has measured, still stands, and its person's word
   * counts.
   */
  counts: z.boolean(),
  /** Of who asks for changes, for everybody; of others for approvers and custodians, null to others. */
  reason: z.string().nullable(),
  solo: z.boolean(),
  decidedAt: z.int(),
})

/** All about one change that the one who asks may know. */
export const ChangeView = ChangeEntry.extend({
  description: z.string(),
  stage: ChangeStage,
  /** Sentences: what has to happen next, and who can do it. */
  told: z.array(z.string()),
  /** Whether it goes on without anybody, now or later. */
  goesOn: z.boolean(),
  /** Null before it was looked at. */
  revision: z
    .object({
      head: z.string(),
      base: z.string(),
      tree: z.string().nullable(),
      conflicts: z.array(z.string()),
      policyFiles: z.array(z.string()),
      commits: z.int().nonnegative(),
    })
    .nullable(),
  checks: z.array(ChangeCheckView),
  decisions: z.array(ChangeDecisionView),
  events: z.array(
    z.object({
      kind: ChangeEventKind,
      person: PersonName.nullable(),
      text: z.string(),
      at: z.int(),
    }),
  ),
  mergedAs: z.string().nullable(),
  /** Of the flow, once the change was bundled. */
  version: z.string().nullable(),
  may: z.object({
    approve: z.boolean(),
    /** A gate that could not tell, and somebody who may decide without it. */
    override: z.boolean(),
    requestChanges: z.boolean(),
    close: z.boolean(),
    retry: z.boolean(),
  }),
  /** For the author, before the gate is asked, also once more. */
  budget: z.object({ left: z.int().nonnegative(), of: z.int().nonnegative() }).nullable(),
  /** When the gate answers; UTC epoch milliseconds. */
  answerAt: z.int().nullable(),
})
export type ChangeView = z.infer<typeof ChangeView>

/** It waits for somebody who overrides its gate; only who may see its figures is told so. */
export function isUntold({ stage, checks }: Pick<ChangeView, 'stage' | 'checks'>): boolean {
  return stage === 'not-passed' && checks.some(({ outcome }) => outcome === 'cannot-tell')
}

/** One file of a change, before and after. */
export const FileDiff = z.object({
  path: z.string(),
  /** Of the flow's folder `agents/`; null for other files. */
  agent: z.string().nullable(),
  status: z.enum(['added', 'changed', 'removed']),
  isPolicy: z.boolean(),
  /** Null: there is none, it is no text, it is too long, or it is not for who asks. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  tooLong: z.boolean(),
  /** It may hold texts of documents, and who asks sees none. */
  withheld: z.boolean(),
})
export type FileDiff = z.infer<typeof FileDiff>
