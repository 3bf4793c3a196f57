import { type PackedBundle, readBundle } from '../flow/bundle.ts'
import { UserFacingError } from '../lib/errors.ts'
import { BundleName } from '../schema/bundle.ts'
import { count } from '../schema/figure-words.ts'
import type { StoredBundle } from '../schema/stored-bundle.ts'
import type { FlowVersion } from '../schema/stored-review.ts'
import type { EvaluationHost } from './evaluation-host.ts'

type Host = Pick<EvaluationHost, 'store' | 'blobs'>

/**
 * Keeps what somebody has sent; the same bytes again are the same bundle.
 * @throws UserFacingError bundle-name, bundle-quota, and as `readBundle`
 */
export async function keepBundle(
  { store, blobs }: Host,
  person: string,
  { name: given, ...packed }: PackedBundle & { name: string },
): Promise<StoredBundle> {
  const { agents } = readBundle(packed)
  const name = BundleName.safeParse(given.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').trim())
  if (!name.success) {
    const sentence = 'Give the file of the bundle a name of at most 100 characters.'
    throw new UserFacingError('bundle-name', sentence)
  }
  const { bytes, sha256 } = packed
  const size = { person, sha256, bytes: bytes.byteLength }
  await requireRoom(store, size)
  await blobs.put(once(bytes))
  const named = { ...size, name: name.data, agents: agents.map((agent) => agent.name) }
  const kept = await store.bundles.put(named, room)
  if (kept === null) {
    // Others of theirs took the room meanwhile.
    if (!(await isHeld(store, sha256))) await blobs.delete(sha256)
    throw noRoom(await store.bundles.list(person, mostBundles), size.bytes)
  }
  // Somebody else may have deleted the same bytes meanwhile.
  if (!(await blobs.has(sha256))) await blobs.put(once(bytes))
  return kept
}

/** How many, and how many bytes together, one person may keep. */
export const mostBundles = 100
const mostBytes = 100 * 2 ** 20
const room = { bundles: mostBundles, bytes: mostBytes }

type NewBundle = { person: string; sha256: string; bytes: number }

/**
 * Before its bytes are kept; the store looks again.
 * @throws UserFacingError bundle-quota
 */
async function requireRoom(
  { bundles }: Pick<Host['store'], 'bundles'>,
  { person, sha256, bytes }: NewBundle,
): Promise<void> {
  const own = await bundles.list(person, mostBundles)
  if (own.some((bundle) => bundle.sha256 === sha256)) return
  if (own.length < mostBundles && bytesWith(own, bytes) <= mostBytes) return
  throw noRoom(own, bytes)
}

function bytesWith(own: StoredBundle[], bytes: number): number {
  return own.reduce((sum, bundle) => sum + bundle.bytes, bytes)
}

function noRoom(own: StoredBundle[], bytes: number): UserFacingError {
  const all = bytesWith(own, bytes)
  return new UserFacingError(
    'bundle-quota',
    `You have ${count(own.length, 'bundle')} here, with this one ${Math.ceil(all / 2 ** 20)} MB; a person may keep ${mostBundles} of at most ${mostBytes / 2 ** 20} MB together. Delete some that you need no more, under Evaluations on the page or with DELETE /api/bundles/HASH: what was measured stays.`,
  )
}

/**
 * What was measured stays: it is kept as a version of the flow. The bytes go when nobody else has them.
 * @throws UserFacingError bundle-not-found, also of a bundle of somebody else
 */
export async function removeBundle(host: Host, person: string, sha256: string): Promise<void> {
  const { store, blobs } = host
  await findBundle(host, person, sha256)
  const bytes = (await blobs.has(sha256)) ? await readAll(await blobs.get(sha256)) : null
  await store.bundles.remove(person, sha256)
  if (await isHeld(store, sha256)) return
  await blobs.delete(sha256)
  // Somebody may have sent the same meanwhile, and found it there.
  if (bytes !== null && (await isHeld(store, sha256))) await blobs.put(once(bytes))
}

/** Also as a file that somebody has reviewed. */
async function isHeld({ bundles, documents }: Host['store'], sha256: string): Promise<boolean> {
  if (await bundles.isHeld(sha256)) return true
  const sharing = await documents.sharing([sha256])
  return sharing.some(({ state }) => state !== 'forgotten')
}

async function readAll(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(content))
}

/** @throws UserFacingError bundle-not-found, also of a bundle of somebody else */
export async function findBundle(
  { store }: Pick<EvaluationHost, 'store'>,
  person: string,
  sha256: string,
): Promise<StoredBundle> {
  const found = await store.bundles.get(person, sha256)
  if (found !== null) return found
  const sentence =
    'You have no such bundle here. Send it first, or name it by the hash that it has.'
  throw new UserFacingError('bundle-not-found', sentence)
}

/**
 * The bundle as a version of the flow: its agents, asking the models that this server has.
 * @throws UserFacingError bundle-not-found, model-alias-unknown, and those of agents that cannot be loaded
 */
export async function versionOfBundle(
  host: Host & Pick<EvaluationHost, 'flows'>,
  person: string,
  { bundle: sha256, agents }: { bundle: string; agents?: string[] },
): Promise<FlowVersion> {
  const { name } = await findBundle(host, person, sha256)
  const bytes = await readAll(await host.blobs.get(sha256))
  return host.flows.adopt(readBundle({ bytes, sha256 }), { name, agents })
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
