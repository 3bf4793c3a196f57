import { sql, type Kysely } from 'kysely'
import { canonicalJson } from '../lib/content-hash.ts'
import {
  type AuditAction,
  AuditEntry,
  AuditEvent,
  type AuditFilter,
  type AuditHead,
  type AuditVerdict,
  type NewAuditEvent,
} from '../schema/audit.ts'
import { emptyChain, extendChain, verifyChain } from './audit-chain.ts'
import { type AuditWindows, createWindows } from './audit-windows.ts'
import type { StoreContext } from './context.ts'
import type { Database } from './database.ts'
import type { Tables } from './tables.ts'

/** Who did what: a chain of entries, each numbered and bound to the one before by its hash. */
export type Audit = {
  /**
   * In this order, one behind the other.
   * @throws ZodError when something is neither an id nor a code
   */
  append(events: NewAuditEvent[]): Promise<void>
  /**
   * Unless there is an entry that says exactly the same, whoever else writes at the same time.
   * @throws ZodError when something is neither an id nor a code
   */
  appendFirst(event: NewAuditEvent): Promise<void>
  /**
   * Newest first.
   * @param page `notBy`: whose entries are left out; `notDoing`: those of what
   */
  list(page: AuditFilter & LeftOut & { before?: number; limit: number }): Promise<AuditEntry[]>
  /** Of no entries: sequence 0. */
  head(): Promise<AuditHead>
  /** All of it, oldest first, a thousand entries at a time. */
  batches(): AsyncGenerator<AuditEntry[]>
  verify(look?: AuditLook): Promise<AuditVerdict>
} & AuditWindows

type LeftOut = { notBy?: string; notDoing?: readonly AuditAction[] }

type AuditLook = {
  /** An earlier head that was kept elsewhere. */
  kept?: AuditHead
  /** Only so many of the newest entries, unless a head was kept; all when left out. */
  newest?: number
}

export function createAudit(context: StoreContext): Audit {
  const write = createAppend(context)
  return {
    async append(events) {
      await write(events)
    },
    async appendFirst(event) {
      await write([event], { isFirst: true })
    },
    ...createWindows({ append: write, now: context.now }),
    ...createAuditReads(context.database),
  }
}

/** What reads, and nothing else: it may be done by a role that can do no more. */
export function createAuditReads({
  kysely,
}: Pick<Database, 'kysely'>): Pick<Audit, 'list' | 'head' | 'batches' | 'verify'> {
  return {
    async list(page) {
      return (await selectPage(kysely, page).execute()).map((row) => AuditEntry.parse(row))
    },
    head: () => readHead(kysely),
    batches: () => batchesAfter(kysely, emptyChain),
    verify: (look = {}) => verify(kysely, look),
  }
}

function selectPage(kysely: Kysely<Tables>, { limit, ...page }: Parameters<Audit['list']>[0]) {
  const { before, actor, notBy, notDoing = [], action, subject, from, until } = page
  let query = kysely.selectFrom('audit_log').selectAll()
  if (before !== undefined) query = query.where('sequence', '<', before)
  if (actor !== undefined) query = query.where('actor', '=', actor)
  if (notBy !== undefined) query = query.where('actor', '!=', notBy)
  if (notDoing.length > 0) query = query.where('action', 'not in', notDoing)
  if (action !== undefined) query = query.where('action', '=', action)
  if (subject !== undefined) query = query.where('subject', '=', subject)
  if (from !== undefined) query = query.where('at', '>=', from)
  if (until !== undefined) query = query.where('at', '<', until)
  return query.orderBy('sequence', 'desc').limit(limit)
}

/** `isFirst`: it is left out when there is one that says the same. */
type Told = { event: AuditEvent; isFirst: boolean }

type Waiting = {
  told: Told[]
  resolve: (numbers: number[]) => void
  reject: (reason: unknown) => void
}

/** Entries that come while others are written are written together. */
function createAppend(context: StoreContext) {
  const extend = createExtend(context)
  let waiting: Waiting[] = []
  let isWriting = false

  async function writeAll(): Promise<void> {
    isWriting = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        const numberOf = await extend(batch.flatMap(({ told }) => told))
        for (const { told, resolve } of batch)
          resolve(told.flatMap((one) => numberOf.get(one) ?? []))
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    isWriting = false
  }

  /** Resolves with the numbers of those that were written. */
  return async (events: NewAuditEvent[], { isFirst = false } = {}): Promise<number[]> => {
    if (events.length === 0) return []
    const { promise, resolve, reject } = Promise.withResolvers<number[]>()
    const told = events.map((event) => ({ event: AuditEvent.parse(event), isFirst }))
    waiting.push({ told, resolve, reject })
    if (!isWriting) void writeAll()
    return promise
  }
}

/** Against other processes that write between looking and writing; one of them always gets on. */
const triesAtMost = 200

function createExtend({ database: { kysely, atomically }, now }: StoreContext) {
  /** Null when it has to be looked up. */
  let known: AuditHead | null = null
  return async (told: Told[]): Promise<Map<Told, number>> => {
    for (let tries = 0; tries < triesAtMost; tries += 1) {
      const head: AuditHead = known ?? (await readHead(kysely))
      // Looked for behind the head: what comes after that look takes the place of these entries.
      const written = await newOf(kysely, told)
      if (written.length === 0) return new Map()
      known = null
      const events = written.map(({ event }) => event)
      const entries = extendChain(head, events, now())
      const steps = entries.map((entry) => ({ query: insertEntry(kysely, entry), required: true }))
      if ((await atomically(steps)) === null) continue
      known = entries.at(-1) ?? null
      return new Map(written.map((one, i) => [one, head.sequence + 1 + i]))
    }
    throw new Error(`An entry of the audit log found no place in ${triesAtMost} tries.`)
  }
}

/** Without those that are to be the first of their kind, and are not. */
async function newOf(kysely: Kysely<Tables>, told: Told[]): Promise<Told[]> {
  const firsts = new Set<string>()
  const fresh: Told[] = []
  for (const one of told) {
    const { event, isFirst } = one
    const text = canonicalJson(event)
    if (isFirst && (firsts.has(text) || (await isKnown(kysely, event)))) continue
    if (isFirst) firsts.add(text)
    fresh.push(one)
  }
  return fresh
}

async function isKnown(kysely: Kysely<Tables>, event: AuditEvent): Promise<boolean> {
  const { actor, action, subject, details } = event
  const row = await selectPage(kysely, { actor, action, subject, limit: 1 })
    .where('details', '=', canonicalJson(details))
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Only right behind the newest. PostgreSQL lets a second one with this number wait for the first, and
 * then add nothing: the key of the table is the lock.
 */
function insertEntry(kysely: Kysely<Tables>, entry: AuditEntry) {
  const { sequence, at, actor, action, subject, details, previous, hash } = entry
  const query = sql`
    insert into audit_log (sequence, at, actor, action, subject, details, previous, hash)
    select cast(${sequence} as bigint), cast(${at} as bigint), ${actor}, ${action}, ${subject},
      ${details}, ${previous}, ${hash}
    where (select coalesce(max(sequence), 0) from audit_log) = cast(${sequence - 1} as bigint)
    on conflict do nothing`
  return { compile: () => query.compile(kysely) }
}

async function readHead(kysely: Kysely<Tables>): Promise<AuditHead> {
  const row = await kysely
    .selectFrom('audit_log')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? emptyChain
}

const rowsAtOnce = 1000

/** Oldest first, from before the first number on: nobody may hide a row there. */
async function* batchesAfter(kysely: Kysely<Tables>, start: AuditHead) {
  let after = start.sequence || Number.MIN_SAFE_INTEGER
  for (;;) {
    const rows: AuditEntry[] = await kysely
      .selectFrom('audit_log')
      .selectAll()
      .where('sequence', '>', after)
      .orderBy('sequence')
      .limit(rowsAtOnce)
      .execute()
    yield rows
    if (rows.length < rowsAtOnce) return
    after = rows.at(-1)?.sequence ?? after
  }
}

/** What so many of the newest entries follow; where an entry is missing, the one before. */
async function startOfNewest(kysely: Kysely<Tables>, newest: number): Promise<AuditHead> {
  const { sequence } = await readHead(kysely)
  const row = await kysely
    .selectFrom('audit_log')
    .select(['sequence', 'hash'])
    .where('sequence', '<=', sequence - newest)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? emptyChain
}

async function verify(kysely: Kysely<Tables>, { kept, newest }: AuditLook): Promise<AuditVerdict> {
  const start =
    newest === undefined || kept !== undefined ? emptyChain : await startOfNewest(kysely, newest)
  return verifyChain(batchesAfter(kysely, start), { kept, start })
}
