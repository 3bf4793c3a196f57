import type { Mail } from '../../access/mail.ts'
import { permissionsOf } from '../../access/permissions.ts'
import type { Jobs } from '../../job/jobs.ts'
import { shortHash } from '../../lib/content-hash.ts'
import { postJson } from '../../lib/post-json.ts'
import { printable } from '../../lib/printable.ts'
import type { StoredChange } from '../../schema/stored-change.ts'
import type { StoredGate } from '../../schema/stored-gate.ts'
import type { StoredNotification } from '../../schema/stored-notification.ts'
import type { StoredPerson } from '../../store/people.ts'
import type { Store } from '../../store/store.ts'
import { notificationQueue } from './notification-steps.ts'
import { addressOf } from './own-addresses.ts'

type SendingStore = Pick<Store, 'notifications' | 'changes' | 'gates' | 'people' | 'secrets'>
type Sent = { told: StoredNotification; change: StoredChange; person: StoredPerson }
type SentOfGate = Pick<Sent, 'told' | 'person'> & { gate: StoredGate }

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
    const channel = data['channel'] === 'slack' ? 'slack' : 'webhook'
    const address = await addressOf(store, sent.person.id, channel)
    if (address === null) return
    const link = linkTo(url, sent.change)
    const body = channel === 'slack' ? slackBody(sent, link) : webhookBody(sent, link)
    await postJson(address, body, signal)
  })
}

/** The job that mails one of them. */
export async function mailNotification(
  { store }: { store: SendingStore },
  mail: Mail,
  job: { notification: string; person: string },
): Promise<void> {
  const ofGate = await findSentOfGate(store, job)
  if (ofGate !== null) return mailOfGate(mail, ofGate)
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

async function mailOfGate(mail: Mail, { told, gate, person }: SentOfGate): Promise<void> {
  const about = `Gate of the version ${shortHash(gate.candidate)}`
  await mail.send({
    to: person.email,
    subject: about,
    text: `${about}:\n\n${told.text}\n\n${mail.url}/gates/${gate.id}\n\nYou get this mail because you chose it under Settings.\n`,
  })
}

/** Null: it is of a change, or for somebody who reads no audits any more. */
async function findSentOfGate(
  { notifications, gates, people }: SendingStore,
  { notification, person: id }: { notification: string; person: string },
): Promise<SentOfGate | null> {
  const told = await notifications.get(id, notification)
  const person = await people.get(id)
  if (told === null || told.gate === null || person === null) return null
  const gate = await gates.get(told.gate)
  if (gate === null || !permissionsOf(person.roles).has('gates:write')) return null
  return { told, person, gate }
}

/** Null: it is too old, or whoever was to be told has left or reads no changes any more. */
async function findSent(
  { notifications, changes, people }: SendingStore,
  { notification = '', person: id = '' }: { notification?: string; person?: string },
): Promise<Sent | null> {
  const told = await notifications.get(id, notification)
  const person = await people.get(id)
  if (told === null || told.change === null || person === null) return null
  const change = await changes.get(told.change)
  if (change === null) return null
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
