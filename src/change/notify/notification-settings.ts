import { z } from 'zod'
import { NotificationChoices } from '../../schema/api/notifications.ts'
import type { NotificationChannel } from '../../schema/stored-notification.ts'
import type { Store } from '../../store/store.ts'

const keyOf = (person: string): string => `notifications ${person}`

/** Nobody is told anywhere but on the page unless they chose it. */
const nothing: NotificationChoices = {
  'approval-waiting': [],
  verdict: [],
  'changes-requested': [],
  merged: [],
  stopped: [],
  'budget-low': [],
}

export async function readChoices(
  { settings }: Pick<Store, 'settings'>,
  person: string,
): Promise<NotificationChoices> {
  return NotificationChoices.parse((await settings.get(keyOf(person))) ?? nothing)
}

export async function writeChoices(
  { settings }: Pick<Store, 'settings'>,
  person: string,
  choices: NotificationChoices,
): Promise<void> {
  await settings.put(keyOf(person), choices)
}

/** Addresses that operators set. Their paths are often their secrets. */
export type ChangeWebhooks = { changeWebhook: string | null; changeSlackWebhook: string | null }

const secretOf = { changeWebhook: 'change-webhook', changeSlackWebhook: 'change-slack-webhook' }

export async function readChangeWebhooks({
  secrets,
}: Pick<Store, 'secrets'>): Promise<ChangeWebhooks> {
  const read = async (name: string): Promise<string | null> =>
    z
      .string()
      .nullable()
      .parse((await secrets.get(name)) ?? null)
  const [changeWebhook, changeSlackWebhook] = await Promise.all([
    read(secretOf.changeWebhook),
    read(secretOf.changeSlackWebhook),
  ])
  return { changeWebhook, changeSlackWebhook }
}

/** What is left out stays. */
export async function writeChangeWebhooks(
  store: Pick<Store, 'secrets'>,
  change: Partial<ChangeWebhooks>,
): Promise<ChangeWebhooks> {
  for (const name of ['changeWebhook', 'changeSlackWebhook'] as const) {
    const url = change[name]
    if (url !== undefined) await store.secrets.put(secretOf[name], url)
  }
  return readChangeWebhooks(store)
}

/** Where somebody can be told at all. @param mail whether there is a mail server */
export async function availableChannels(
  store: Pick<Store, 'secrets'>,
  mail: boolean,
): Promise<Record<NotificationChannel, boolean>> {
  const { changeWebhook, changeSlackWebhook } = await readChangeWebhooks(store)
  return { mail, webhook: changeWebhook !== null, slack: changeSlackWebhook !== null }
}
