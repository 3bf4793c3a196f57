import type { FlowLibrary } from '../flow/flow-library.ts'
import { shortHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ReferenceRole } from '../schema/reference-version.ts'
import type { MarkedVersions } from '../store/reference-versions.ts'
import type { Store } from '../store/store.ts'

type Host = { store: Pick<Store, 'referenceVersions'>; flows: Pick<FlowLibrary, 'current' | 'get'> }

type NewMark = {
  role: ReferenceRole
  /** Hash of a version. */
  version: string
  by: string
}

/** What versions of the flow are compared with, by the flow's name. */
export async function markedVersions({
  store,
  flows,
}: Host): Promise<MarkedVersions & { flow: string }> {
  const { name } = await flows.current()
  return { flow: name, ...(await store.referenceVersions.of(name)) }
}

/**
 * Records the version that others are compared with from now on. A baseline follows the one before it; the
 * anchor stays the first that was marked.
 * @throws UserFacingError flow-version-not-found, flow-version-unreadable, anchor-marked, reference-changed
 */
export async function markReference(host: Host, { role, version, by }: NewMark): Promise<void> {
  const { hash } = await host.flows.get(version)
  const { flow, [role]: before } = await markedVersions(host)
  if (before?.version === hash) return
  if (role === 'anchor' && before !== null) {
    throw new UserFacingError(
      'anchor-marked',
      `The flow has an anchor: version ${shortHash(before.version)}. It stays, or many small losses could add up unseen.`,
    )
  }
  const sequence = before === null ? 0 : before.sequence + 1
  const marked = { flow, role, sequence, version: hash, markedBy: by }
  if (await host.store.referenceVersions.mark(marked)) return
  throw new UserFacingError(
    'reference-changed',
    'Somebody else has marked a version meanwhile. Look at it, then try again.',
  )
}
