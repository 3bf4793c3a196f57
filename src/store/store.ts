import type { Answers } from './answers.ts'
import type { ApiKeys } from './api-keys.ts'
import type { Audit } from './audit.ts'
import type { Bundles } from './bundles.ts'
import type { Changes } from './changes.ts'
import type { Datasets } from './datasets.ts'
import type { Drafts } from './drafts.ts'
import type { EnvironmentChecks } from './environment-checks.ts'
import type { Documents } from './documents.ts'
import type { ExampleSignatures } from './example-signatures.ts'
import type { Evaluations } from './evaluations.ts'
import type { FinishedReviews } from './finished-reviews.ts'
import type { FlowVersions } from './flow-versions.ts'
import type { AccountTables } from './account-tables.ts'
import type { GateAudits } from './gate-audits.ts'
import type { GateCalls } from './gate-calls.ts'
import type { Gates } from './gates.ts'
import type { Groups } from './groups.ts'
import type { StoreHealth } from './health.ts'
import type { Issues } from './issues.ts'
import type { JobRows } from './jobs.ts'
import type { LabelSets } from './label-sets.ts'
import type { OpenedTexts } from './opened-texts.ts'
import type { Notifications } from './notifications.ts'
import type { People } from './people.ts'
import type { Pruning } from './pruning.ts'
import type { ReadMarks } from './read-marks.ts'
import type { ReferenceVersions } from './reference-versions.ts'
import type { ReviewEvents } from './review-events.ts'
import type { ReviewParts } from './review-parts.ts'
import type { Reviews } from './reviews.ts'
import type { Secrets } from './secrets/secrets.ts'
import type { Settings } from './settings.ts'
import type { Signatures } from './signatures.ts'
import type { Spend } from './spend.ts'
import type { Verdicts } from './verdicts.ts'

/**
 * Everything that is kept. A write that resolved is durable. Each method may throw a UserFacingError
 * store-unavailable, store-full or store-damaged; the first two go away by themselves when the cause does.
 */
export type Store = {
  settings: Settings
  secrets: Secrets
  people: People
  accountTables: AccountTables
  apiKeys: ApiKeys
  groups: Groups
  documents: Documents
  signatures: Signatures & ExampleSignatures
  flowVersions: FlowVersions
  drafts: Drafts
  environmentChecks: EnvironmentChecks
  bundles: Bundles
  reviews: Reviews
  finishedReviews: FinishedReviews
  parts: ReviewParts
  issues: Issues
  events: ReviewEvents
  verdicts: Verdicts
  readMarks: ReadMarks
  /** Of the split `evaluation`. */
  evaluations: Evaluations
  /** Of the split `test`: figures that custodians and approvers may see. */
  testEvaluations: Evaluations
  referenceVersions: ReferenceVersions
  gates: Gates
  gateAudits: GateAudits
  gateCalls: GateCalls
  changes: Changes
  notifications: Notifications
  datasets: Datasets
  labelSets: LabelSets
  answers: Answers
  spend: Spend
  openedTexts: OpenedTexts
  audit: Audit
  pruning: Pruning
  health: StoreHealth
  /** On SQLite only. */
  jobs: JobRows
} & AsyncDisposable
