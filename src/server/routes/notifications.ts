import type { Mail } from '../../access/mail.ts'
import {
  availableChannels,
  readChoices,
  writeChoices,
} from '../../change/notify/notification-settings.ts'
import type { Notification } from '../../schema/api/notifications.ts'
import type { StoredNotification } from '../../schema/stored-notification.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'

type Host = { store: Store; mail: Mail | null }

/** What somebody is told of changes: each their own. */
export function notificationRoutes(os: Implementer['notifications'], { store, mail }: Host) {
  const settingsOf = async (person: string) => ({
    choices: await readChoices(store, person),
    available: await availableChannels(store, mail !== null),
  })
  return {
    list: os.list.handler(async ({ input, context: { actor } }) => {
      const { after, limit, unread } = input
      const before = after === undefined ? null : await store.notifications.get(actor.id, after)
      const page = { limit, unread, ...(before && { before }) }
      const found = await store.notifications.list(actor.id, page)
      const items = await Promise.all(found.map((one) => notificationView(store, one)))
      const next = found.length === limit ? (found.at(-1)?.id ?? null) : null
      return { items, next, unread: await store.notifications.unread(actor.id) }
    }),
    markRead: os.markRead.handler(async ({ input, context: { actor } }) => {
      await store.notifications.markRead(actor.id, input.ids)
      return { unread: await store.notifications.unread(actor.id) }
    }),
    settings: os.settings.handler(({ context: { actor } }) => settingsOf(actor.id)),
    setSettings: os.setSettings.handler(async ({ input, context: { actor } }) => {
      await writeChoices(store, actor.id, input.choices)
      return settingsOf(actor.id)
    }),
  }
}

async function notificationView(
  { changes }: Pick<Store, 'changes'>,
  { id, kind, text, createdAt, readAt, change: of }: StoredNotification,
): Promise<Notification> {
  const change = await changes.get(of)
  if (change === null) throw new Error('A notification is of a change that is not there.')
  const { number, title } = change
  return { id, kind, text, at: createdAt, readAt, change: { number, title } }
}
