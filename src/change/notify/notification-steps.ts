import { mailQueue } from '../../access/mail.ts'
import { budgetOf } from '../../gate/start-gate.ts'
import { refusalIn } from '../../lib/errors.ts'
import { timeOrderedId } from '../../lib/time-ordered-id.ts'
import type { ChangeEvent } from '../../schema/stored-change.ts'
import type { NotificationChannel } from '../../schema/stored-notification.ts'
import type { Step } from '../../store/database.ts'
import type { NewNotification } from '../../store/notifications.ts'
import type { ChangeHost } from '../change-host.ts'
import type { ObservedChange } from '../observed-change.ts'
import { availableChannels, readChoices } from './notification-settings.ts'
import { whoIsTold } from './who-is-told.ts'

/** For the queues of a server. */
export const notificationQueue = { name: 'notification', attempts: 20 } as const

/** What tells people of an event, to be written together with it: a crash neither loses nor doubles one. */
export async function notificationSteps(
  host: ChangeHost,
  observed: ObservedChange,
  event: Pick<ChangeEvent, 'key' | 'kind'>,
): Promise<Step[]> {
  const { store, mail } = host
  const { id: change, author } = observed.change
  const left = event.kind === 'check-ended' && author !== null ? await leftOf(host, author) : null
  const rows: NewNotification[] = whoIsTold(observed, event, left).map((told) => {
    return { ...told, id: timeOrderedId(), change, eventKey: event.key }
  })
  const available = await availableChannels(store, mail !== null)
  const jobs = rows.map(async ({ id: notification, person, kind }) => {
    const choices = (await readChoices(store, person))[kind]
    const channels = [...new Set(choices)].filter((channel) => available[channel])
    return Promise.all(channels.map((channel) => jobSteps(host, channel, { notification, person })))
  })
  return [...store.notifications.steps(rows), ...(await Promise.all(jobs)).flat(2)]
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
