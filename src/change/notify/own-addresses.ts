import { UserFacingError } from '../../lib/errors.ts'
import { OwnAddresses } from '../../schema/api/notifications.ts'
import type { Store } from '../../store/store.ts'
import { readChangeWebhooks } from './notification-settings.ts'

type Host = Pick<Store, 'secrets'>
type Channel = keyof OwnAddresses

const namePrefix = 'change-addresses '
const nameOf = (person: string): string => `${namePrefix}${person}`

/** Whether a secret of that name is somebody's. */
export function isOwnAddresses(name: string): boolean {
  return name.startsWith(namePrefix)
}

const nothing: OwnAddresses = { webhook: null, slack: null }

/** Where somebody is told instead of where all are. */
export async function readOwnAddresses({ secrets }: Host, person: string): Promise<OwnAddresses> {
  return OwnAddresses.parse((await secrets.get(nameOf(person))) ?? nothing)
}

/**
 * What is left out stays. The server sends nowhere but to the servers that its operators have named: whoever chooses
 * an address could otherwise have it ask what only it reaches.
 * @throws UserFacingError own-address-elsewhere
 */
export async function writeOwnAddresses(
  store: Host,
  person: string,
  change: Partial<OwnAddresses>,
): Promise<void> {
  const origins = await sharedOrigins(store)
  for (const channel of ['webhook', 'slack'] as const) {
    const own = change[channel]
    if (own != null && originOf(own) !== origins[channel]) throw elsewhere(origins[channel])
  }
  const known = await readOwnAddresses(store, person)
  await store.secrets.put(nameOf(person), { ...known, ...change })
}

/** How an address of one's own must begin; null: operators have set none, and nobody is told there. */
export async function sharedOrigins(store: Host): Promise<Record<Channel, string | null>> {
  const { changeWebhook, changeSlackWebhook } = await readChangeWebhooks(store)
  return { webhook: originOf(changeWebhook), slack: originOf(changeSlackWebhook) }
}

/** Where somebody is told; null: nowhere. One of their own holds while operators name its server. */
export async function addressOf(
  store: Host,
  person: string,
  channel: Channel,
): Promise<string | null> {
  const { changeWebhook, changeSlackWebhook } = await readChangeWebhooks(store)
  const shared = channel === 'slack' ? changeSlackWebhook : changeWebhook
  const own = (await readOwnAddresses(store, person))[channel]
  return own !== null && originOf(own) === originOf(shared) ? own : shared
}

function originOf(address: string | null): string | null {
  return address === null ? null : new URL(address).origin
}

function elsewhere(origin: string | null): UserFacingError {
  const sentence =
    origin === null
      ? 'Operators have set no address there: ask them for one before you give one of your own.'
      : `An address of your own must begin with ${origin}/, as the one that operators have set does.`
  return new UserFacingError('own-address-elsewhere', sentence)
}
