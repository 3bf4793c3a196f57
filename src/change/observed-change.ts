import type { Role } from '../schema/access.ts'
import type { BranchGuard } from '../schema/branch-guard.ts'
import type {
  ChangeCheck,
  ChangeDecision,
  ChangeEvent,
  ChangeRevision,
  DeploymentRequest,
  StoredChange,
} from '../schema/stored-change.ts'
import type { StoredEvaluation } from '../schema/stored-evaluation.ts'
import type { GateCause, StoredAudit } from '../schema/stored-gate.ts'
import type { ForgeChange } from './forge/forge.ts'

/** What the gate has said of what would be merged. */
export type ObservedGate = {
  id: string
  /** From 0: a version that was not passed is looked at once more. */
  look: number
  /** When it is answered; UTC epoch milliseconds. */
  answerAt: number
  /** As its author hears it: null before its time. */
  passed: boolean | null
  cause: GateCause | null
  /**
   * Answered, nobody's fault, and neither better nor worse: an approver may decide without it. For approvers:
   * no sentence that the author reads may depend on it.
   */
  cannotTell: boolean
  /** Whether it would be asked the same now: what is in production, the anchor, the test set, the models, the policy, who is alone. */
  isCurrent: boolean
  /** Whether its receipt is ours, and says of this version what the gate says of it. */
  receipt: 'fits' | 'does-not-fit' | 'none'
}

/** What the forge says, with what only the forge and its repository can tell. */
export type SeenOnForge = ForgeChange & {
  /** The person here who proposed it; null: nobody here. */
  authorHere: string | null
  /** Ids of the decisions that reviews of its newest commit by people here are. */
  standing: ReadonlySet<string>
  /** Reviews of its newest commit by people here whom no decision stands for yet. */
  newReviews: NewReview[]
  /** Once it is merged: whether that is what was tested. */
  mergedTree: 'tested' | 'other' | null
  /** Asked when everything else is there that a merge takes; left out: it was not asked, or need not be. */
  guard?: BranchGuard
}

/** Something that was said on the forge, as the decision that it is here. */
export type NewReview = Pick<ChangeDecision, 'id' | 'person' | 'decision' | 'solo'>

/** What runs the functional tests: we, or the runners of the forge. */
type FunctionalRunner = 'here' | 'forge'

/** Everything that is known of a change at one moment; what happens next follows from it. */
export type ObservedChange = {
  /** UTC epoch milliseconds. */
  now: number
  change: StoredChange
  /** What would be merged, and what would have been before; null before it was looked at. */
  revision: ChangeRevision | null
  before: ChangeRevision | null
  /** Null: the forge was not asked, and what was last seen of it counts. */
  seen: SeenOnForge | null
  /** Of the tree of its revision. */
  checks: ChangeCheck[]
  decisions: ChangeDecision[]
  /** Ids of those that override this gate, as the server has signed them. */
  signedOverrides: ReadonlySet<string>
  /** As they are now, of its author and of everybody who decided. */
  roles: ReadonlyMap<string, readonly Role[]>
  /** Who proposed or wrote any change that comes to its version: they see no figures of its gate. */
  involved: ReadonlySet<string>
  /** Who asked the gate about its version: they decide nothing about it. */
  askers: ReadonlySet<string>
  /** The one that the newest check names. */
  evaluation: Pick<StoredEvaluation, 'id' | 'state' | 'job'> | null
  gate: ObservedGate | null
  audit: Pick<
    StoredAudit,
    'state' | 'passed' | 'fault' | 'startedAt' | 'dueAt' | 'candidateAt'
  > | null
  request: DeploymentRequest | null
  events: ChangeEvent[]
  isSolo: boolean
  /** Whether a merged version is looked at on the split `audit`. */
  auditWanted: boolean
  functionalBy: FunctionalRunner
  /** Names of the runners' checks that count; null: all that there are. */
  functionalChecks: readonly string[] | null
  /** Whether we test what would be merged each time that the protected branch moves. */
  testsHere: boolean
  /** What the functional tests are now, as a hash. */
  conditions: string
  /** Whether it is the forge's own queue that merges. */
  mergeQueue: boolean
  mostCommits: number
}
