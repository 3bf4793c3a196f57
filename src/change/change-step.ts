import type { BranchUnguarded } from '../schema/branch-guard.ts'
import type { ChangeStage } from '../schema/change-views.ts'
import type {
  ChangeCheck,
  ChangeCheckName,
  ChangeDecision,
  ChangeState,
} from '../schema/stored-change.ts'
import type { CheckEnd } from '../store/changes.ts'
import type { NewReview } from './observed-change.ts'

/** Every check but `mergeable`, which is known when a change was looked at. */
export type StartedCheck = Exclude<ChangeCheckName, 'mergeable'>

/** Why what is merged is not deployed. */
export type StopReason = 'audit' | 'other-tree' | 'merged-elsewhere' | 'untested' | 'receipt'

/** The one thing that is done next. Each can be done twice. */
export type ChangeStep =
  /** Keep what the forge shows of it, and what would be merged. */
  | { do: 'look' }
  /** Keep that the runners of a merge queue have tested what would be merged. */
  | { do: 'note-queue-tests' }
  | { do: 'note-state'; state: ChangeState; mergedAs: string | null }
  | { do: 'record-review'; review: NewReview }
  | { do: 'start-check'; name: StartedCheck; attempt: number }
  /** Run it, ask for what runs elsewhere, or end it with what came out there. */
  | { do: 'advance'; check: ChangeCheck }
  | { do: 'end-check'; check: ChangeCheck; end: CheckEnd }
  /** The audit log and the story, before the forge may merge it: what is merged without is somebody else's. */
  | { do: 'tell-merge'; approver: string; override: ChangeDecision | null }
  | { do: 'merge'; approver: string; override: ChangeDecision | null }
  /** Keep that the forge would let untested things onto its branch: it is asked again later. */
  | { do: 'note-unguarded'; guard: BranchUnguarded }
  | { do: 'start-audit'; attempt: number }
  | { do: 'stop'; why: StopReason }
  | { do: 'request-deployment' }
  /** UTC epoch milliseconds; null: for somebody who does something. */
  | { do: 'wait'; until: number | null }

export type DecidedChange = {
  stage: ChangeStage
  /** Sentences for everybody who sees the change: what it waits for, and who can do something. */
  told: string[]
  step: ChangeStep
}

export const waitForSomebody: ChangeStep = { do: 'wait', until: null }
