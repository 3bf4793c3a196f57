import type { Mail } from '../../access/mail.ts'
import { permissionsOf } from '../../access/permissions.ts'
import type { Jobs } from '../../job/jobs.ts'
import { postJson } from '../../lib/post-json.ts'
import { printable } from '../../lib/printable.ts'
import type { StoredChange } from '../../schema/stored-change.ts'
import type { StoredNotification } from '../../schema/stored-notification.ts'
import type { StoredPerson } from '../../store/people.ts'
import type { Store } from '../../store/store.ts'
import { readChangeWebhooks } from './notification-settings.ts'
import { notificationQueue } from './notification-steps.ts'

type SendingStore = Pick<Store, 'notifications' | 'changes' | 'people' | 'secrets'>
type Sent = { told: StoredNotification; change: StoredChange; person: StoredPerson }

/** Tells webhooks in this process. @param url where browsers reach the server */
export async function workOnNotifications({
  store,
  jobs,
  url,
}: {
  store: SendingStore
  jobs: Jobs
  url: string
}): Promise<void> {
  await jobs.work(notificationQueue.name, { concurrency: 2 }, async ({ data, signal }) => {
    const sent = await findSent(store, data)
    if (sent === null) return
    const { changeWebhook, changeSlackWebhook } = await readChangeWebhooks(store)
    const link = linkTo(url, sent.change)
    if (data['channel'] === 'slack') {
      if (changeSlackWebhook !== null)
        await postJson(changeSlackWebhook, slackBody(sent, link), signal)
      return
    }
    if (changeWebhook !== null) await postJson(changeWebhook, webhookBody(sent, link), signal)
  })
}

/** The job that mails one of them. */
export async function mailNotification(
  { store }: { store: SendingStore },
  mail: Mail,
  job: { notification: string; person: string },
): Promise<void> {
  const sent = await findSent(store, job)
  if (sent === null) return
  const { told, change, person } = sent
  const title = printable(change.title)
  await mail.send({
    to: person.email,
    subject: `Change ${change.number}: ${title}`,
    text: `Change ${change.number}, ${title}:\n\n${told.text}\n\n${linkTo(mail.url, change)}\n\nYou get this mail because you chose it under Settings.\n`,
  })
}

/** Null: it is too old, or whoever was to be told has left or reads no changes any more. */
async function findSent(
  { notifications, changes, people }: SendingStore,
  { notification = '', person: id = '' }: { notification?: string; person?: string },
): Promise<Sent | null> {
  const told = await notifications.get(id, notification)
  const person = await people.get(id)
  const change = told && (await changes.get(told.change))
  if (told === null || person === null || change === null) return null
  return permissionsOf(person.roles).has('changes:read') ? { told, change, person } : null
}

function webhookBody({ told, change, person }: Sent, link: string): object {
  const { id, kind, text, createdAt } = told
  const { number, title } = change
  const to = { id: person.id, name: person.name }
  return {
    event: 'change-told',
    id,
    kind,
    text,
    at: createdAt,
    change: { number, title },
    to,
    link,
  }
}

/** One text, in which these three signs mean something. */
function slackBody({ told, change, person }: Sent, link: string): { text: string } {
  const escaped = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const title = escaped(printable(change.title))
  const name = escaped(printable(person.name))
  return {
    text: `<${link}|Change ${change.number}>: ${title}\n${escaped(told.text)} (for ${name})`,
  }
}

function linkTo(url: string, { number }: StoredChange): string {
  return `${url}/changes/${number}`
}
