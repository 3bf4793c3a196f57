import { mailQueue } from '../../access/mail.ts'
import { overfitNow } from '../../gate/overfit-monitor.ts'
import { budgetOf } from '../../gate/start-gate.ts'
import { refusalIn } from '../../lib/errors.ts'
import { timeOrderedId } from '../../lib/time-ordered-id.ts'
import type { ChangeEvent } from '../../schema/stored-change.ts'
import type { NotificationChannel } from '../../schema/stored-notification.ts'
import type { Step } from '../../store/database.ts'
import type { NewNotification } from '../../store/notifications.ts'
import type { Store } from '../../store/store.ts'
import type { ChangeHost } from '../change-host.ts'
import type { ObservedChange } from '../observed-change.ts'
import { lowBudgets } from './low-budgets.ts'
import { availableChannels, readChoices } from './notification-settings.ts'
import { whoIsTold } from './who-is-told.ts'

/** For the queues of a server. */
export const notificationQueue = { name: 'notification', attempts: 20 } as const

type TellingStore = Pick<Store, 'notifications' | 'settings' | 'secrets'>

/** After the look at `audit`: by then custodians may know what it says of the test set. */
const endsMerge: ReadonlySet<ChangeEvent['kind']> = new Set(['stopped', 'deployment-requested'])

/** What tells people of an event, to be written together with it: a crash neither loses nor doubles one. */
export async function notificationSteps(
  host: ChangeHost,
  observed: ObservedChange,
  event: Pick<ChangeEvent, 'key' | 'kind' | 'person' | 'text'>,
): Promise<Step[]> {
  const { store } = host
  const { id: change, author } = observed.change
  const left = event.kind === 'check-ended' && author !== null ? await leftOf(host, author) : null
  const isWorn = endsMerge.has(event.kind) && (await overfitNow(store)).rotate
  const rows = whoIsTold(observed, event, { left, isWorn }).map((told) => {
    return { isPrivate: false, ...told, change, gate: null, eventKey: event.key }
  })
  return tellSteps(host, [...rows, ...(await lowBudgets(host, observed, event))])
}

export type Telling = Omit<NewNotification, 'id'> & {
  /** For that person alone: webhooks, which others read, are not told. */
  isPrivate: boolean
}

/** Under the bell, and wherever each of them chose. */
export async function tellSteps(
  { store, mail, jobs }: Pick<ChangeHost, 'mail' | 'jobs'> & { store: TellingStore },
  all: readonly (Telling & { id?: string })[],
): Promise<Step[]> {
  const rows = all.map((told) => ({ id: timeOrderedId(), ...told }))
  const available = await availableChannels(store, mail !== null)
  const sent = rows.map(async ({ id: notification, person, kind, isPrivate }) => {
    const choices = (await readChoices(store, person))[kind]
    const channels = [...new Set(choices)].filter(
      (channel) => available[channel] && (!isPrivate || channel === 'mail'),
    )
    const told = { notification, person }
    return Promise.all(channels.map((channel) => jobSteps({ jobs }, channel, told)))
  })
  return [...store.notifications.steps(rows), ...(await Promise.all(sent)).flat(2)]
}

async function jobSteps(
  { jobs }: Pick<ChangeHost, 'jobs'>,
  channel: NotificationChannel,
  told: { notification: string; person: string },
): Promise<Step[]> {
  const key = `${told.notification}:${channel}`
  if (channel === 'mail') {
    return jobs.steps(mailQueue.name, { key, data: { ...told, kind: 'change-told' } })
  }
  return jobs.steps(notificationQueue.name, { key, data: { ...told, channel } })
}

/** Null: nobody is told which dataset decides, and so there is no budget. */
async function leftOf(host: ChangeHost, author: string): Promise<number | null> {
  try {
    return (await budgetOf(host, author)).left
  } catch (error) {
    if (refusalIn(error).code === 'gate-dataset') return null
    throw error
  }
}
