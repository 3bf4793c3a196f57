import type { Actor } from '../access/actor.ts'
import { markedVersions } from '../gate/mark-reference.ts'
import { shortHash } from '../lib/content-hash.ts'
import type { StoredReference } from '../schema/reference-version.ts'
import type { DeploymentRequest } from '../schema/stored-change.ts'
import type { ChangeHost } from './change-host.ts'
import type { KnownChange } from './known-change.ts'

/** So many of the newest changes that were merged are looked at. */
const mostMerged = 20

/**
 * Nobody here sees a deployment: changes are compared with what is marked as in production until somebody marks what
 * was merged since, and what that gave up counts against each of them. Whoever may mark it is told.
 */
export async function toldOfProduction(
  host: Pick<ChangeHost, 'store' | 'flows'>,
  actor: Pick<Actor, 'permissions'>,
  known: KnownChange,
): Promise<string[]> {
  if (!actor.permissions.has('gates:write') || !isConcerned(known)) return []
  const { baseline } = await markedVersions(host)
  const newest = await newestRequest(host)
  if (newest === null || isMarked(newest, baseline)) return []
  const { change, request } = known.observed
  if (change.state === 'merged' && request?.version !== newest.request.version) return []
  return [unmarked(newest, { baseline, isOwn: newest.request.change === change.id })]
}

/** What may be deployed, and what its gate did not let in. */
function isConcerned({ decided: { stage }, observed: { gate } }: KnownChange): boolean {
  return stage === 'deployable' || (stage === 'not-passed' && gate?.passed === false)
}

type Merged = { number: number; request: DeploymentRequest }

async function newestRequest({ store }: Pick<ChangeHost, 'store'>): Promise<Merged | null> {
  const merged = await store.changes.list({ state: 'merged', limit: mostMerged })
  const all = await Promise.all(
    merged.map(async ({ id, number }) => {
      const request = await store.changes.deploymentRequest(id)
      return request === null ? [] : [{ number, request }]
    }),
  )
  const [newest = null] = all
    .flat()
    .toSorted((a, b) => b.request.requestedAt - a.request.requestedAt)
  return newest
}

/** Whoever marked another version since knows what is in production. */
function isMarked({ request }: Merged, baseline: StoredReference | null): boolean {
  if (baseline === null) return false
  return baseline.version === request.version || baseline.markedAt > request.requestedAt
}

function unmarked(
  { number, request }: Merged,
  { baseline, isOwn }: { baseline: StoredReference | null; isOwn: boolean },
): string {
  const now =
    baseline === null
      ? 'No version is marked as in production.'
      : `Changes are compared with version ${shortHash(baseline.version)}, which is marked as in production.`
  const what = isOwn ? 'this one' : `that of change ${number}, which was merged since,`
  return `${now} Once ${what} is deployed, mark it, so that changes are compared with it: proofloop dataset mark baseline ${request.version} --server URL`
}
