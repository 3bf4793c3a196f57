/**
 * Whether the forge itself keeps from its protected branch what nobody has tested there, whoever asks and whenever
 * the branch moves. Where it does not, `code` says why, and what people can do stands in `fix`.
 */
export type BranchGuard = { holds: true; sentence: string } | BranchUnguarded

export type BranchUnguarded = {
  holds: false
  /** Stable. */
  code:
    | 'branch-not-strict'
    | 'branch-has-queue'
    | 'branch-bypassed'
    | 'branch-queue-open'
    | 'branch-rules-unreadable'
  sentence: string
  fix: string
}
