import { sql, type Selectable } from 'kysely'
import {
  type ChangeCheck,
  ChangeDecision,
  ChangeEvent,
  type ChangeRevision,
  DeploymentRequest,
  StoredChange,
} from '../schema/stored-change.ts'
import { createChecks } from './change-checks.ts'
import { atOnce, createLooks, wakeStep, woken } from './change-looks.ts'
import { createNews } from './change-news.ts'
import { createRevisions } from './change-revisions.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { flag } from './row-columns.ts'
import type { Tables } from './tables.ts'

export type NewChange = Pick<
  StoredChange,
  'id' | 'forge' | 'reference' | 'title' | 'description' | 'branch' | 'author'
>

type ChangeFilter = {
  state?: StoredChange['state']
  author?: string
  /** The number of the last one of the page before. */
  before?: number
  limit: number
}

export type CheckEnd = Pick<ChangeCheck, 'cause' | 'summary' | 'log' | 'subject'> & {
  outcome: NonNullable<ChangeCheck['outcome']>
  /** Of functional tests that were passed. */
  conditions?: string
}

type WrittenVersion = Pick<StoredChange, 'author'> &
  Pick<ChangeRevision, 'writers' | 'writtenBy'> & { version: string }

/** `isWoken`: something happened to it; otherwise it is time. */
type DueChange = { id: string; isWoken: boolean }

/** What the forge was told last of something. */
export type ToldNews = {
  contentHash: string
  /** Why it did not let itself be told. Null: it was. */
  refusal: string | null
  /** UTC epoch milliseconds. */
  at: number
}

type NewEvent = Omit<ChangeEvent, 'sequence' | 'at'>

export type CheckKey = Pick<ChangeCheck, 'change' | 'tree' | 'name' | 'attempt'>

/**
 * Changes, what was found out about them, and what people said. Nothing is hidden here but reasons of
 * decisions that are not told.
 * Whatever is written of one wakes it: whoever dies after that leaves it due.
 */
export type Changes = {
  /** The one of its reference that there is, or a new one with the next number. */
  add(change: NewChange): Promise<StoredChange>
  get(id: string): Promise<StoredChange | null>
  numbered(number: number): Promise<StoredChange | null>
  /** As the forge calls it. */
  referenced(forge: StoredChange['forge'], reference: string): Promise<StoredChange | null>
  /** Newest first. */
  list(filter: ChangeFilter): Promise<StoredChange[]>
  /** What the forge says of it now. */
  update(
    id: string,
    seen: Partial<
      Pick<StoredChange, 'title' | 'description' | 'author' | 'state' | 'mergedAs' | 'isQueued'>
    >,
  ): Promise<void>
  /** Something happened to it that is not written here; of all that are open when the id is left out. */
  wake(id?: string): Promise<void>
  /** How often something happened to it; 0 of none. */
  wakes(id: string): Promise<number>
  /**
   * When somebody has to look at it again; null: once something happens. Nothing is kept when something has
   * happened since it was woken so often.
   */
  keepNextLook(id: string, next: { at: number | null; wakes: number }): Promise<void>
  /** Those that somebody has to look at by now: those to which something happened, then the most overdue. */
  due(at: number, limit: number): Promise<DueChange[]>
  /** Appends what would be merged, and makes it the current one. False when the sequence is taken. */
  addRevision(revision: Omit<ChangeRevision, 'seenAt'>): Promise<boolean>
  revision(change: string, sequence: number): Promise<ChangeRevision | null>
  /** Who proposed and wrote what came to these versions of the flow, by what functional tests gave that were passed. */
  ofVersions(versions: readonly string[]): Promise<WrittenVersion[]>
  /** False when it was started before. */
  startCheck(check: CheckKey & Pick<ChangeCheck, 'subject'>): Promise<boolean>
  /** What runs elsewhere is known by a name from then on. False when it has ended. */
  nameCheck(check: CheckKey, subject: string): Promise<boolean>
  /** False when it had ended before, or was not started. */
  endCheck(check: CheckKey, end: CheckEnd): Promise<boolean>
  /** Of one tree, oldest first. */
  checks(change: string, tree: string): Promise<ChangeCheck[]>
  /** The newest of those that asked this gate; null: it was not asked of a change. */
  gated(gate: string): Promise<CheckKey | null>
  /** False when the id is taken. */
  decide(decision: Omit<ChangeDecision, 'decidedAt'>): Promise<boolean>
  /** Oldest first. */
  decisions(change: string): Promise<ChangeDecision[]>
  /** @param steps written with it, or not at all. @returns false when the key was told before */
  tell(event: NewEvent, steps?: Step[]): Promise<boolean>
  /** Tells why it was not merged, once, with its steps; each time keeps when, and whoever has it open hears of it. */
  tellRefusal(event: NewEvent, steps: Step[]): Promise<void>
  /** Those of one change that were not told before, all or none of them, each with its steps; in order. */
  tellTogether(events: readonly { event: NewEvent; steps: Step[] }[]): Promise<void>
  /** In order. */
  events(change: string): Promise<ChangeEvent[]>
  /** By what it is about. */
  told(change: string): Promise<Map<string, ToldNews>>
  /** Of what was refused whoever has the change open hears. */
  keepTold(change: string, about: string, news: Omit<ToldNews, 'at'>): Promise<void>
  /** As if the forge had been told something else of each check: it is told again. */
  forgetChecksTold(change: string): Promise<void>
  /** False when there is one. */
  requestDeployment(request: Omit<DeploymentRequest, 'requestedAt'>): Promise<boolean>
  deploymentRequest(change: string): Promise<DeploymentRequest | null>
}

export function createChanges(context: StoreContext): Changes {
  return {
    ...createChangeRows(context),
    ...createLooks(context),
    ...createRevisions(context),
    ...createChecks(context),
    ...createDecisions(context),
    ...createStory(context),
    ...createNews(context),
    ...createDeploymentRequests(context),
  }
}

function createChangeRows({
  database: { kysely, atomically },
  now,
}: StoreContext): Pick<Changes, 'add' | 'get' | 'numbered' | 'referenced' | 'list' | 'update'> {
  const all = () => kysely.selectFrom('changes').selectAll()
  const referenced: Changes['referenced'] = async (forge, reference) => {
    const row = await all()
      .where('forge', '=', forge)
      .where('reference', '=', reference)
      .executeTakeFirst()
    return row === undefined ? null : changeOf(row)
  }
  return {
    async add({ id, ...change }) {
      for (;;) {
        const found = await referenced(change.forge, change.reference)
        if (found !== null) return found
        const newest = await all().orderBy('number', 'desc').limit(1).executeTakeFirst()
        const at = now()
        const number = Number(newest?.number ?? 0) + 1
        const times = { created_at: at, updated_at: at, next_look: atOnce }
        const row = { id, ...change, number, state: 'open', ...times }
        // Somebody else may take the number meanwhile.
        const query = kysely
          .insertInto('changes')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
        await atomically([{ query }])
      }
    },
    async get(id) {
      const row = await all().where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : changeOf(row)
    },
    async numbered(number) {
      const row = await all().where('number', '=', number).executeTakeFirst()
      return row === undefined ? null : changeOf(row)
    },
    referenced,
    async list({ state, author, before, limit }) {
      const rows = await all()
        .$if(state !== undefined, (query) => query.where('state', '=', state ?? ''))
        .$if(author !== undefined, (query) => query.where('author', '=', author ?? ''))
        .$if(before !== undefined, (query) => query.where('number', '<', before ?? 0))
        .orderBy('number', 'desc')
        .limit(limit)
        .execute()
      return rows.map(changeOf)
    },
    async update(id, { mergedAs, isQueued, ...seen }) {
      const query = kysely
        .updateTable('changes')
        .set({ ...seen, updated_at: now() })
        .$if(mergedAs !== undefined, (change) => change.set({ merged_as: mergedAs }))
        .$if(isQueued !== undefined, (change) => change.set({ is_queued: flag(isQueued === true) }))
        .set(woken)
        .where('id', '=', id)
      await atomically([{ query }])
    },
  }
}

function createDecisions({
  database: { kysely, atomically },
  now,
}: StoreContext): Pick<Changes, 'decide' | 'decisions'> {
  return {
    async decide({ solo, reasonTold, ...decision }) {
      const query = kysely
        .insertInto('change_decisions')
        .values({
          ...decision,
          reason_told: flag(reasonTold),
          solo: flag(solo),
          // After what the person said before, also where another server's clock is ahead: their newest counts.
          decided_at: sql<number>`(select case when said >= ${now()} then said + 1 else ${now()} end from (
            select coalesce(max(decided_at), 0) as said from change_decisions
              where change = ${decision.change} and person = ${decision.person}
          ) as newest)`,
        })
        .onConflict((conflict) => conflict.doNothing())
      const wake = wakeStep(kysely, decision.change)
      return (await atomically([{ query, required: true }, wake])) !== null
    },
    async decisions(change) {
      const rows = await kysely
        .selectFrom('change_decisions')
        .selectAll()
        .where('change', '=', change)
        .orderBy('decided_at')
        .orderBy('id')
        .execute()
      return rows.map(decisionOf)
    },
  }
}

function createStory({
  database: { kysely, atomically },
  now,
}: StoreContext): Pick<Changes, 'tell' | 'tellRefusal' | 'tellTogether' | 'events'> {
  const eventsOf = (change: string) =>
    kysely.selectFrom('change_events').selectAll().where('change', '=', change)
  /** @returns how many were not told before */
  async function tellNew(events: Parameters<Changes['tellTogether']>[0]): Promise<number> {
    const [first] = events
    if (first === undefined) return 0
    for (;;) {
      const known = await kysely
        .selectFrom('change_events')
        .select(['event_key', 'sequence'])
        .where('change', '=', first.event.change)
        .orderBy('sequence')
        .execute()
      const told = new Set(known.map(({ event_key: key }) => key))
      const untold = events.filter(({ event }) => !told.has(event.key))
      const next = Number(known.at(-1)?.sequence ?? -1) + 1
      const steps = untold.flatMap(({ event: { key, ...event }, steps: more }, n): Step[] => {
        const query = kysely
          .insertInto('change_events')
          .values({ ...event, event_key: key, sequence: next + n, at: now() })
          .onConflict((conflict) => conflict.doNothing())
        return [{ query, required: true }, ...more]
      })
      // Somebody else may tell something meanwhile.
      if (steps.length === 0 || (await atomically(steps)) !== null) return untold.length
    }
  }
  return {
    tell: async (event, steps = []) => (await tellNew([{ event, steps }])) > 0,
    async tellRefusal(event, steps) {
      const at = now()
      const query = kysely
        .updateTable('changes')
        .set({ refused_as: event.key, refused_at: at, updated_at: at })
        .where('id', '=', event.change)
      const isNew = (await tellNew([{ event, steps: [{ query }, ...steps] }])) > 0
      if (!isNew) await atomically([{ query }])
    },
    async tellTogether(events) {
      await tellNew(events)
    },
    async events(change) {
      const rows = await eventsOf(change).orderBy('sequence').execute()
      return rows.map(eventOf)
    },
  }
}

function createDeploymentRequests({
  database: { kysely, atomically },
  now,
}: StoreContext): Pick<Changes, 'requestDeployment' | 'deploymentRequest'> {
  return {
    async requestDeployment({ commit, override, ...request }) {
      const query = kysely
        .insertInto('deployment_requests')
        .values({
          ...request,
          commit_hash: commit,
          override_record: override,
          requested_at: now(),
        })
        .onConflict((conflict) => conflict.doNothing())
      return (await atomically([{ query, required: true }])) !== null
    },
    async deploymentRequest(change) {
      const row = await kysely
        .selectFrom('deployment_requests')
        .selectAll()
        .where('change', '=', change)
        .executeTakeFirst()
      return row === undefined ? null : requestOf(row)
    },
  }
}

function changeOf(row: Selectable<Tables['changes']>): StoredChange {
  const { merged_as: mergedAs, created_at: createdAt, updated_at: updatedAt, ...rest } = row
  const { refused_as: key, refused_at: at, is_queued: queued, ...change } = rest
  const refusal = key === null ? null : { key, at }
  const isQueued = queued === 1
  return StoredChange.parse({ ...change, mergedAs, isQueued, refusal, createdAt, updatedAt })
}

function decisionOf(row: Selectable<Tables['change_decisions']>): ChangeDecision {
  const { decided_at: decidedAt, reason_told: told, solo, ...decision } = row
  const flags = { reasonTold: told === 1, solo: solo === 1 }
  return ChangeDecision.parse({ ...decision, ...flags, decidedAt })
}

function eventOf(row: Selectable<Tables['change_events']>): ChangeEvent {
  const { event_key: key, ...event } = row
  return ChangeEvent.parse({ ...event, key })
}

function requestOf(row: Selectable<Tables['deployment_requests']>): DeploymentRequest {
  const { commit_hash: commit, override_record: override, ...rest } = row
  const { requested_at: requestedAt, ...request } = rest
  return DeploymentRequest.parse({ ...request, commit, override, requestedAt })
}
