import { z } from 'zod'

export const ForgeKind = z.enum(['local', 'github'])
export type ForgeKind = z.infer<typeof ForgeKind>

export const ChangeState = z.enum(['open', 'merged', 'closed'])
export type ChangeState = z.infer<typeof ChangeState>

/** A proposed version of the flow: a branch, or a pull request. */
export const StoredChange = z.object({
  id: z.string(),
  /** Counts up from 1 on a server. */
  number: z.int().positive(),
  forge: ForgeKind,
  /** What the forge calls it: the name of a branch, the number of a pull request. */
  reference: z.string(),
  title: z.string(),
  description: z.string(),
  branch: z.string(),
  /** Null: somebody on the forge whom nobody here is known as. */
  author: z.string().nullable(),
  state: ChangeState,
  /** What was last seen of it; the newest of its revisions. Null before it was looked at. */
  revision: z.int().nonnegative().nullable(),
  /** The commit on the protected branch. */
  mergedAs: z.string().nullable(),
  /** Whether it was in the merge queue of the forge when that was last seen. */
  isQueued: z.boolean(),
  /** The key of the event that tells why it was not merged when that was last tried, and when; null: never. */
  refusal: z.object({ key: z.string(), at: z.int() }).nullable(),
  createdAt: z.int(),
  updatedAt: z.int(),
})
export type StoredChange = z.infer<typeof StoredChange>

/**
 * What would be merged: the tree that comes out when `head` is merged into `base`. Checks and approvals
 * count for one tree. It never changes: what is found out about it later is one more of the same.
 */
export const ChangeRevision = z.object({
  change: z.string(),
  /** From 0. */
  sequence: z.int().nonnegative(),
  head: z.string(),
  base: z.string(),
  /** Null: the two cannot be merged. */
  tree: z.string().nullable(),
  /**
   * On which commit the forge's own runners test that tree: on the head, or on the one of a merge queue. Null where
   * they do not count, and of what was seen before it was kept.
   */
  testedOn: z.enum(['head', 'queue', 'nothing']).nullable(),
  conflicts: z.array(z.string()),
  /** Files that decide how changes are judged, of those that it touches. */
  policyFiles: z.array(z.string()),
  /** People here who wrote commits of it, beside its author, as far as they were known when it was seen. */
  writers: z.array(z.string()),
  /**
   * Whom its commits name: people as the forge knows them, and mail addresses. Who of them is somebody here may be
   * known later only. Null of what was seen before it was kept.
   */
  writtenBy: z.object({ people: z.array(z.string()), addresses: z.array(z.string()) }).nullable(),
  commits: z.int().nonnegative(),
  seenAt: z.int(),
})
export type ChangeRevision = z.infer<typeof ChangeRevision>

/** In the order in which they are run. `mergeable` ends at once. */
export const ChangeCheckName = z.enum([
  'mergeable',
  'functional',
  'infrastructure',
  'evaluation',
  'gate',
])
export type ChangeCheckName = z.infer<typeof ChangeCheckName>

export const CheckOutcome = z.enum(['pass', 'fail', 'cannot-tell', 'skipped'])
export type CheckOutcome = z.infer<typeof CheckOutcome>

/** One check of one tree. What has ended never changes; after a fault of the host there is another try. */
export const ChangeCheck = z.object({
  change: z.string(),
  tree: z.string(),
  name: ChangeCheckName,
  /** From 1. */
  attempt: z.int().positive(),
  /** Null while it runs. For the author a gate that cannot tell has failed. */
  outcome: CheckOutcome.nullable(),
  /** A stable code: why it did not pass. */
  cause: z.string().nullable(),
  /** A sentence; nothing of it is hidden from anybody who sees the change. */
  summary: z.string().nullable(),
  /** What it printed, cut to its end; of functional tests alone. */
  log: z.string().nullable(),
  /** What it is elsewhere: an evaluation, a gate, a run of the doctor, the bundle that was made. */
  subject: z.string().nullable(),
  /** Of functional tests that were passed: a hash of what they were. Null of those from before it was kept. */
  conditions: z.string().nullable(),
  startedAt: z.int(),
  endedAt: z.int().nullable(),
})
export type ChangeCheck = z.infer<typeof ChangeCheck>

export const Decision = z.enum(['approved', 'changes-requested', 'overridden'])
export type Decision = z.infer<typeof Decision>

/** What somebody said of one tree of a change; append-only. */
export const ChangeDecision = z.object({
  id: z.string(),
  change: z.string(),
  person: z.string(),
  decision: Decision,
  head: z.string(),
  tree: z.string(),
  /** Of an override the gate that could not tell, of an approval the one that was passed; null of those from before. */
  gate: z.string().nullable(),
  /** For approvers and custodians, unless it is told: it may quote figures. */
  reason: z.string().nullable(),
  /** Whether everybody who sees the change reads it; whoever wrote it knew. */
  reasonTold: z.boolean(),
  /** Whether one person held two roles. */
  solo: z.boolean(),
  /** Of an override, what the server signed: canonical JSON of a `SignedOverride`. */
  record: z.string().nullable(),
  decidedAt: z.int(),
})
export type ChangeDecision = z.infer<typeof ChangeDecision>

export const ChangeEventKind = z.enum([
  'opened',
  'pushed',
  'base-moved',
  'conflict',
  'check-started',
  'check-ended',
  'approval-waiting',
  'approver-asked',
  'approved',
  'changes-requested',
  'overridden',
  'approval-void',
  'approval-refused',
  'approval-counts',
  'merging',
  'merged',
  'merge-refused',
  'audit-started',
  'audit-failed',
  'held',
  'resumed',
  'stopped',
  'deployment-requested',
  'closed',
  'reopened',
])
export type ChangeEventKind = z.infer<typeof ChangeEventKind>

/** The story of a change, as everybody may read it who sees the change; append-only, in order. */
export const ChangeEvent = z.object({
  change: z.string(),
  /** From 0. */
  sequence: z.int().nonnegative(),
  /** Told once: what happened, and to what. */
  key: z.string(),
  kind: ChangeEventKind,
  /** Null: the server. */
  person: z.string().nullable(),
  /** A sentence, or empty; nothing of it is hidden from anybody who sees the change. */
  text: z.string(),
  at: z.int(),
})
export type ChangeEvent = z.infer<typeof ChangeEvent>

/** A merged version that may be deployed, once for each change. */
export const DeploymentRequest = z.object({
  change: z.string(),
  commit: z.string(),
  tree: z.string(),
  /** Hash of the flow version. */
  version: z.string(),
  gate: z.string(),
  /** As the gate has it, and where it could not tell what was signed when somebody overrode it. */
  receipt: z.string(),
  override: z.string().nullable(),
  requestedAt: z.int(),
})
export type DeploymentRequest = z.infer<typeof DeploymentRequest>
