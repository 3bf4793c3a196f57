import { z } from 'zod'

/** What people are told of a change, or of a gate whose look at `audit` somebody began by hand. */
export const NotificationKind = z.enum([
  /** To who may decide and has no part in it; to whoever approved it and does not count, why. */
  'approval-waiting',
  /** What the gate says, as its author hears it. */
  'verdict',
  /** To its author: an approver wants something else. */
  'changes-requested',
  /** To its author; to operators when its version may be deployed; to custodians that it is not worse on `audit`. */
  'merged',
  /** It does not go on without somebody, or is merged and not deployed. */
  'stopped',
  /** Little is left of what an author may ask of the gate, or little or nothing of another budget. */
  'budget-low',
])
export type NotificationKind = z.infer<typeof NotificationKind>

/** On the page it always stands; of the others, those that somebody chose. */
export const NotificationChannel = z.enum(['mail', 'webhook', 'slack'])
export type NotificationChannel = z.infer<typeof NotificationChannel>

/** What one person is told of one event of a change or of a gate; the other one is null. */
export const StoredNotification = z.object({
  id: z.string(),
  person: z.string(),
  change: z.string().nullable(),
  gate: z.string().nullable(),
  /** Of the event that it tells of. */
  eventKey: z.string(),
  kind: NotificationKind,
  /** A sentence, and why somebody asks for changes; nothing of it is hidden from anybody who sees the change. */
  text: z.string(),
  createdAt: z.int(),
  readAt: z.int().nullable(),
})
export type StoredNotification = z.infer<typeof StoredNotification>
