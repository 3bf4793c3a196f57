import { z } from 'zod'
import { NotificationChannel, NotificationKind } from '../stored-notification.ts'
import { Instant } from '../workplace.ts'
import { page, PageInput, procedure } from './procedure.ts'

export const Notification = z.object({
  id: z.string(),
  kind: NotificationKind,
  /** What it is about: a change, or a gate. */
  change: z.object({ number: z.int().positive(), title: z.string() }).nullable(),
  gate: z.object({ id: z.string(), candidate: z.string() }).nullable(),
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

const Address = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .nullable()

/** Of one person, instead of those that operators have set; null: there. */
export const OwnAddresses = z.object({ webhook: Address, slack: Address })
export type OwnAddresses = z.infer<typeof OwnAddresses>

const NotificationSettings = z.object({
  choices: NotificationChoices,
  own: OwnAddresses,
  /** How an address of one's own must begin; null: none is taken. */
  origins: z.object({ webhook: z.string().nullable(), slack: z.string().nullable() }),
  /** What the server has: a mail server, and addresses that its operators have set. */
  available: z.object({ mail: z.boolean(), webhook: z.boolean(), slack: z.boolean() }),
})

export const notifications = {
  list: procedure('changes:read')
    .route({
      method: 'GET',
      path: '/me/notifications',
      summary: 'What you are told of changes and gates, newest first',
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
      summary: 'Mark some of them as read, those of a change, or all',
    })
    .input(
      z.object({
        ids: z.array(z.string()).max(500).optional(),
        /** Number of the change that they tell of. */
        change: z.int().positive().optional(),
      }),
    )
    .output(z.object({ unread: z.int().nonnegative() })),
  settings: procedure('changes:read')
    .route({
      method: 'GET',
      path: '/me/notification-settings',
      summary: 'Where you are told what of changes, besides the page',
    })
    .output(NotificationSettings),
  setSettings: procedure('changes:read')
    .route({
      method: 'PUT',
      path: '/me/notification-settings',
      summary: 'Change it',
      description:
        'What is left out stays. An address of your own must be on the server that operators have named for that channel, else the answer is 400 `own-address-elsewhere`.',
    })
    .input(z.object({ choices: NotificationChoices, own: OwnAddresses.partial() }).partial())
    .output(NotificationSettings),
}
