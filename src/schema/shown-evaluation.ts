import type { AgentFigures, EvaluationReport } from './api/evaluations.ts'
import type { EnvironmentName } from './environment.ts'
import type { EvaluationHashes, EvaluationSubject } from './evaluation.ts'
import type { MistakeInContext } from './evaluation-details.ts'

/** What the page and a written report show of an evaluation; counts are for one run. */
export type ShownEvaluation = Pick<
  EvaluationReport,
  | 'documents'
  | 'repeats'
  | 'errorRate'
  | 'macro'
  | 'confusion'
  | 'strict'
  | 'detection'
  | 'duplicates'
  | 'unresolved'
  | 'fixes'
  | 'account'
  | 'notes'
  | 'failures'
> & {
  pooled: AgentFigures
  /** By issue type. */
  agents: Record<string, AgentFigures>
}

/** A report in a file of its own. */
export type WrittenReport = {
  title: string
  /** ISO 8601. */
  createdAt: string
  dataset: string
  subject: EvaluationSubject
  hashes: EvaluationHashes
  /** Of a server, in which it ran; null: in none. */
  environment: EnvironmentName | null
  evaluation: ShownEvaluation
  /** Of the first run. */
  mistakes: readonly MistakeInContext[]
}

/** What the build puts into `dist/report/report.js`. */
export type ReportRenderer = {
  /** @param styles of `report.css` beside it */
  renderReport: (report: WrittenReport, styles: string) => string
}
