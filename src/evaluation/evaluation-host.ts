import type { DatasetSource } from '../dataset/dataset-source.ts'
import type { Dataset } from '../dataset/read-dataset.ts'
import type { FlowLibrary } from '../flow/flow-library.ts'
import type { Isolation } from '../flow/isolate/isolation.ts'
import type { Jobs } from '../job/jobs.ts'
import type { ModelHost } from '../model/model-host.ts'
import type { BudgetLimits } from '../model/budget.ts'
import type { ModelPrice } from '../schema/config.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { EnvironmentName, SettingsOf } from '../schema/environment.ts'
import type { Walls } from '../schema/gate-settings.ts'
import type { ModelAccount } from '../schema/model.ts'
import type { StoredEvaluation } from '../schema/stored-evaluation.ts'
import type { Blobs } from '../store/blobs/blobs.ts'
import type { Store } from '../store/store.ts'
import type { Repeat } from './evaluate-outputs.ts'

/** A version with code over documents. */
export type CodeRun = {
  /** Hash of a version that the library keeps. */
  version: string
  documents: ReadonlyMap<string, ReviewDocument>
  repeats: number
  /** For which it is. */
  evaluation: Pick<StoredEvaluation, 'id' | 'dataset'>
  signal: AbortSignal
}

/** What it found, and what kept it apart. */
export type ApartRuns = { repeats: Repeat[]; walls: Walls }

/** The same models, with whatever is to be done with what they are asked. */
export type Through = (models: ModelHost) => Pick<ModelHost, 'ask'>

/** What differs between evaluations of the split `evaluation` and those of a hidden one. */
export type Bench = {
  /** Whether its examples are hidden: nobody else waits for what is asked of models over them. */
  isHidden: boolean
  /** Of its jobs. */
  queue: string
  /**
   * As it was when the evaluation was started, whatever versions came since.
   * @throws UserFacingError dataset-changed when it is not there any more, or something in it was forgotten
   */
  open(
    evaluation: Pick<StoredEvaluation, 'dataset' | 'datasetHash' | 'requester'>,
  ): Promise<Dataset>
  /** Answers of models are kept for evaluations with the same word alone; null: for everybody. */
  apart: string | null
  /** Whether mistakes, which quote documents, are kept beside the counts. */
  keepsDetails: boolean
  /**
   * Runs what asks models through what `through` makes of them, so that all of it is recorded; left out, nothing is.
   * @param examples in the order in which each run goes over them
   */
  record?: <T>(
    asking: { evaluation: CodeRun['evaluation']; examples: string[] },
    run: (through: Through) => Promise<T>,
  ) => Promise<T>
  /** Where versions with code run, and record what they ask themselves; left out, in a process of their own behind the walls of this machine. */
  runCode?: (wanted: CodeRun) => Promise<ApartRuns>
}

/** What evaluations need on a server. */
export type EvaluationHost = {
  /** That of the split `evaluation` when left out. */
  bench?: Bench
  store: Pick<Store, 'evaluations' | 'answers' | 'bundles' | 'documents'>
  /** What was sent to be measured, among other files. */
  blobs: Blobs
  jobs: Jobs
  flows: FlowLibrary
  datasets: DatasetSource
  budgets: {
    limitsFor(
      person: string,
      prices: Record<string, ModelPrice | undefined>,
      environment: EnvironmentName | null,
    ): Promise<BudgetLimits | undefined>
    meter(
      spender: { person: string; environment: EnvironmentName | null },
      account: () => Record<string, ModelAccount>,
    ): { note(): Promise<void>; end(): Promise<void> }
  }
  /** Of the server, what holds for what runs in an environment. */
  settingsOf: SettingsOf
  /** What keeps code of flows apart on this machine, found by trying. @throws UserFacingError isolation-failed */
  isolation: () => Promise<Isolation>
  /** Whether one person holds every role. */
  isSolo: () => Promise<boolean>
  /** Errors that are bugs; for the log. */
  report: (error: unknown) => void
  /** Version of Proofloop. */
  version: string
  /** Of the policy that comparisons will use. */
  policyHash: string
}

/** For the queues of a server. */
export const evaluationQueue = { name: 'evaluation', attempts: 3 } as const
/** A queue of its own: how long engineers wait must not tell of hidden examples. */
export const testQueue = { name: 'test-evaluation', attempts: 3 } as const
