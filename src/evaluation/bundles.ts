import { type PackedBundle, readBundle } from '../flow/bundle.ts'
import { UserFacingError } from '../lib/errors.ts'
import { BundleName } from '../schema/bundle.ts'
import type { StoredBundle } from '../schema/stored-bundle.ts'
import type { FlowVersion } from '../schema/stored-review.ts'
import type { EvaluationHost } from './evaluation-host.ts'

type Host = Pick<EvaluationHost, 'store' | 'blobs'>

/**
 * Keeps what somebody has sent; the same bytes again are the same bundle.
 * @throws UserFacingError bundle-name, and as `readBundle`
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
  await blobs.put(once(bytes))
  return store.bundles.put({
    sha256,
    person,
    name: name.data,
    bytes: bytes.byteLength,
    agents: agents.map((agent) => agent.name),
  })
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
  const bytes = Buffer.concat(await Array.fromAsync(await host.blobs.get(sha256)))
  return host.flows.adopt(readBundle({ bytes, sha256 }), { name, agents })
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
