import { FlowManifest } from '../schema/flow-manifest.ts'
import type { PartTally, StoredReview } from '../schema/stored-review.ts'
import type { ReviewAgent, ReviewEntry } from '../schema/workplace.ts'
import type { Store } from '../store/store.ts'
import { tallyStandings } from './issue-status.ts'
import { peopleNames } from './people-names.ts'
import { toReadState } from './read-state.ts'

/** The error of a part that stands for an agent that did not take part. */
export const agentSkipped = 'agent-skipped'

/** Reviews as lists show them. */
export async function reviewEntries(store: Store, reviews: StoredReview[]): Promise<ReviewEntry[]> {
  const ids = reviews.map(({ id }) => id)
  const [tallies, standings, nameOf, readStates, versions, documents] = await Promise.all([
    store.parts.tally(ids),
    store.verdicts.standing(ids),
    peopleNames(store),
    store.readMarks.of(reviews.map(({ document }) => document)),
    keyed(
      reviews,
      ({ flowVersion }) => flowVersion,
      (hash) => store.flowVersions.get(hash),
    ),
    keyed(
      reviews,
      ({ document }) => document,
      (id) => store.documents.get(id),
    ),
  ])
  return reviews.map((review) => {
    const version = versions.get(review.flowVersion) ?? null
    const parts = tallies.filter((tally) => tally.review === review.id)
    return {
      id: review.id,
      document: {
        sha256: documents.get(review.document)?.sha256 ?? '',
        name: documents.get(review.document)?.name ?? 'Forgotten document',
      },
      flow: { name: version?.name ?? '', version: review.flowVersion },
      state: review.state,
      agents: reviewAgents(review, parts, typesOf(version?.manifest)),
      issues: tallyStandings(standings.filter((standing) => standing.review === review.id)),
      read: toReadState(readStates.get(review.document), nameOf),
      order: review.issueOrder,
      trial: review.trial,
      requestedBy: nameOf(review.requester),
      requestedAt: review.createdAt,
      startedAt: review.startedAt,
      finishedAt: review.endedAt,
      reason: review.error?.message ?? null,
    }
  })
}

export async function reviewEntry(store: Store, review: StoredReview): Promise<ReviewEntry> {
  const [entry] = await reviewEntries(store, [review])
  if (entry === undefined) throw new Error(`Review ${review.id} has no entry.`)
  return entry
}

/** Parts that have ended of all, 0 to 1; null while it waits. */
export function progressOf(
  { state }: Pick<ReviewEntry, 'state'>,
  agents: ReviewAgent[],
): number | null {
  if (state === 'queued') return null
  const parts = agents.reduce((sum, agent) => sum + agent.parts, 0)
  return parts === 0 ? 1 : agents.reduce((sum, { partsDone }) => sum + partsDone, 0) / parts
}

export function reviewAgents(
  review: Pick<StoredReview, 'state' | 'endedAt'>,
  tallies: PartTally[],
  types: Map<string, string>,
): ReviewAgent[] {
  return [...Map.groupBy(tallies, ({ agent }) => agent)].map(([name, own]) => {
    const count = (state: PartTally['state']): number =>
      own.reduce((sum, tally) => sum + (tally.state === state ? tally.parts : 0), 0)
    const [done, failed, pending] = [count('done'), count('failed'), count('pending')]
    const error = own.find((tally) => tally.error !== null)?.error ?? null
    const skipped = error?.code === agentSkipped
    return {
      name,
      type: types.get(name) ?? name,
      status: skipped ? 'skipped' : statusOf(review, { done, failed, pending }),
      partsDone: skipped ? 0 : done + failed,
      parts: skipped ? 0 : done + failed + pending,
      issues: own.reduce((sum, tally) => sum + tally.issues, 0),
      leftOut: own.reduce((sum, tally) => sum + tally.leftOut, 0),
      reason: error?.message ?? null,
    }
  })
}

type Counts = { done: number; failed: number; pending: number }

function statusOf(
  { state, endedAt }: Pick<StoredReview, 'state' | 'endedAt'>,
  { done, failed, pending }: Counts,
): ReviewAgent['status'] {
  if (pending > 0 && endedAt === null) {
    return state === 'queued' || done + failed === 0 ? 'waiting' : 'running'
  }
  if (failed === 0 && pending === 0) return 'done'
  return done > 0 ? 'partial' : 'failed'
}

/** Issue types by agent, as the flow version has them. */
export function typesOf(manifest: unknown): Map<string, string> {
  return new Map(Object.entries(FlowManifest.safeParse(manifest).data?.types ?? {}))
}

async function keyed<Item, Value>(
  items: Item[],
  keyOf: (item: Item) => string,
  get: (key: string) => Promise<Value>,
): Promise<Map<string, Value>> {
  const keys = [...new Set(items.map(keyOf))]
  return new Map(await Promise.all(keys.map(async (key) => [key, await get(key)] as const)))
}
