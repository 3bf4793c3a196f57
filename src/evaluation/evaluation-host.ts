import type { DatasetSource } from '../dataset/dataset-source.ts'
import type { FlowLibrary } from '../flow/flow-library.ts'
import type { Jobs } from '../job/jobs.ts'
import type { BudgetLimits } from '../model/budget.ts'
import type { ModelPrice } from '../schema/config.ts'
import type { ModelAccount } from '../schema/model.ts'
import type { Blobs } from '../store/blobs/blobs.ts'
import type { Store } from '../store/store.ts'

/** What evaluations need on a server. */
export type EvaluationHost = {
  store: Pick<Store, 'evaluations' | 'answers' | 'bundles'>
  /** What was sent to be measured, among other files. */
  blobs: Blobs
  jobs: Jobs
  flows: FlowLibrary
  datasets: DatasetSource
  budgets: {
    limitsFor(
      person: string,
      prices: Record<string, ModelPrice | undefined>,
    ): Promise<BudgetLimits | undefined>
    meter(
      person: string,
      account: () => Record<string, ModelAccount>,
    ): { note(): Promise<void>; end(): Promise<void> }
  }
  /** Errors that are bugs; for the log. */
  report: (error: unknown) => void
  /** Version of Proofloop. */
  version: string
  /** Of the policy that comparisons will use. */
  policyHash: string
}

/** For the queues of a server. */
export const evaluationQueue = { name: 'evaluation', attempts: 3 } as const
