import { z } from 'zod'
import { NotificationChannel, NotificationKind } from '../stored-notification.ts'
import { Instant } from '../workplace.ts'
import { page, PageInput, procedure } from './procedure.ts'

export const Notification = z.object({
  id: z.string(),
  kind: NotificationKind,
  /** What it is about. */
  change: z.object({ number: z.int().positive(), title: z.string() }),
  /** A sentence. */
  text: z.string(),
  at: Instant,
  readAt: Instant.nullable(),
})
export type Notification = z.infer<typeof Notification>

const Channels = z.array(NotificationChannel).max(3)

/** By what one is told of: where one is told, besides the page. */
export const NotificationChoices = z.object({
  'approval-waiting': Channels,
  verdict: Channels,
  /** Whoever chose before there was this kind chose nothing of it. */
  'changes-requested': Channels.default([]),
  merged: Channels,
  stopped: Channels,
  'budget-low': Channels,
}) satisfies z.ZodType<Record<NotificationKind, NotificationChannel[]>>
export type NotificationChoices = z.infer<typeof NotificationChoices>

const NotificationSettings = z.object({
  choices: NotificationChoices,
  /** What the server has: a mail server, and addresses that its operators have set. */
  available: z.object({ mail: z.boolean(), webhook: z.boolean(), slack: z.boolean() }),
})

export const notifications = {
  list: procedure('changes:read')
    .route({
      method: 'GET',
      path: '/me/notifications',
      summary: 'What you are told of changes, newest first',
    })
    .input(PageInput.extend({ unread: z.stringbool().optional() }))
    .output(
      page(Notification).extend({
        /** All that you have not read, on other pages, too. */
        unread: z.int().nonnegative(),
      }),
    ),
  markRead: procedure('changes:read')
    .route({
      method: 'POST',
      path: '/me/notifications/read',
      summary: 'Mark some of them as read, or all',
    })
    .input(z.object({ ids: z.array(z.string()).max(500).optional() }))
    .output(z.object({ unread: z.int().nonnegative() })),
  settings: procedure('changes:read')
    .route({
      method: 'GET',
      path: '/me/notification-settings',
      summary: 'Where you are told what of changes, besides the page',
    })
    .output(NotificationSettings),
  setSettings: procedure('changes:read')
    .route({ method: 'PUT', path: '/me/notification-settings', summary: 'Change it' })
    .input(NotificationSettings.pick({ choices: true }))
    .output(NotificationSettings),
}
