import type { Store } from '../store/store.ts'

const keyOf = (person: string): string => `ready-mails ${person}`

/** Whether somebody chose to be mailed when a review of theirs is ready; nobody is unless they did. */
export async function wantsReadyMails(
  { settings }: Pick<Store, 'settings'>,
  person: string,
): Promise<boolean> {
  return (await settings.get(keyOf(person))) === true
}

export async function setReadyMails(
  { settings }: Pick<Store, 'settings'>,
  person: string,
  wanted: boolean,
): Promise<void> {
  await settings.put(keyOf(person), wanted)
}
