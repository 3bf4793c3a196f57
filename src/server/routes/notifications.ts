import type { Actor } from '../../access/actor.ts'
import type { Mail } from '../../access/mail.ts'
import {
  availableChannels,
  readChoices,
  writeChoices,
} from '../../change/notify/notification-settings.ts'
import {
  readOwnAddresses,
  sharedOrigins,
  writeOwnAddresses,
} from '../../change/notify/own-addresses.ts'
import { findChange } from '../../change/known-change.ts'
import type { Notification } from '../../schema/api/notifications.ts'
import type { StoredNotification } from '../../schema/stored-notification.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'

type Host = { store: Store; mail: Mail | null }

/** What somebody is told of changes: each their own. */
export function notificationRoutes(os: Implementer['notifications'], { store, mail }: Host) {
  const settingsOf = async (person: string) => ({
    choices: await readChoices(store, person),
    own: await readOwnAddresses(store, person),
    origins: await sharedOrigins(store),
    available: await availableChannels(store, mail !== null),
  })
  return {
    list: os.list.handler(async ({ input, context: { actor } }) => {
      const { after, limit, unread } = input
      const before = after === undefined ? null : await store.notifications.get(actor.id, after)
      const ofGates = seesGates(actor)
      const page = { limit, unread, ofGates, ...(before && { before }) }
      const found = await store.notifications.list(actor.id, page)
      const items = await Promise.all(found.map((one) => notificationView(store, one)))
      const next = found.length === limit ? (found.at(-1)?.id ?? null) : null
      return { items, next, unread: await store.notifications.unread(actor.id, { ofGates }) }
    }),
    markRead: os.markRead.handler(async ({ input, context: { actor } }) => {
      const { ids, change: number } = input
      const change = number === undefined ? undefined : (await findChange(store, number)).id
      await store.notifications.markRead(actor.id, { ids, change })
      const ofGates = seesGates(actor)
      return { unread: await store.notifications.unread(actor.id, { ofGates }) }
    }),
    settings: os.settings.handler(({ context: { actor } }) => settingsOf(actor.id)),
    setSettings: os.setSettings.handler(async ({ input, context: { actor } }) => {
      const { choices, own } = input
      if (own !== undefined) await writeOwnAddresses(store, actor.id, own)
      if (choices !== undefined) await writeChoices(store, actor.id, choices)
      return settingsOf(actor.id)
    }),
  }
}

/** Of gates custodians alone are told; whoever is none any more reads nothing of them, nor how many there are. */
function seesGates({ permissions }: Pick<Actor, 'permissions'>): boolean {
  return permissions.has('gates:write')
}

async function notificationView(
  { changes, gates }: Pick<Store, 'changes' | 'gates'>,
  { id, kind, text, createdAt, readAt, ...of }: StoredNotification,
): Promise<Notification> {
  const change = of.change === null ? null : await changes.get(of.change)
  const gate = of.gate === null ? null : await gates.get(of.gate)
  if (change === null && gate === null) throw new Error('A notification is of what is not there.')
  return {
    id,
    kind,
    text,
    at: createdAt,
    readAt,
    change: change && { number: change.number, title: change.title },
    gate: gate && { id: gate.id, candidate: gate.candidate },
  }
}
