import { z } from 'zod'

/** What people are told of a change. */
export const NotificationKind = z.enum([
  /** To who may decide and has no part in it. */
  'approval-waiting',
  /** What the gate says, as its author hears it. */
  'verdict',
  /** To its author: an approver wants something else. */
  'changes-requested',
  'merged',
  /** Merged, and not deployed. */
  'stopped',
  /** Little is left of what an author may ask of the gate, or nothing of another budget. */
  'budget-low',
])
export type NotificationKind = z.infer<typeof NotificationKind>

/** On the page it always stands; of the others, those that somebody chose. */
export const NotificationChannel = z.enum(['mail', 'webhook', 'slack'])
export type NotificationChannel = z.infer<typeof NotificationChannel>

/** What one person is told of one event of a change. */
export const StoredNotification = z.object({
  id: z.string(),
  person: z.string(),
  change: z.string(),
  /** Of the event that it tells of. */
  eventKey: z.string(),
  kind: NotificationKind,
  /** A sentence; nothing of it is hidden from anybody who sees the change. */
  text: z.string(),
  createdAt: z.int(),
  readAt: z.int().nullable(),
})
export type StoredNotification = z.infer<typeof StoredNotification>
