import { sql } from 'kysely'
import type { StoreContext } from './context.ts'

type Text = {
  person: string
  /** `2026-11-29`, UTC. */
  day: string
  /** What is opened; the same again on that day costs nothing. */
  name: string
}

type Opening = Text & {
  /** How much it counts. */
  units: number
  /** Together on that day. */
  atMost: number
  /** Where it counts besides, each with what may be counted there together on that day. */
  pools?: readonly { name: string; atMost: number }[]
}

type Counted = { name: string; texts: number; units: number }

/** What one person has opened on one day. */
type DayOfTexts = {
  person: string
  day: string
  texts: number
  units: number
  /** The last one that was new, UTC epoch milliseconds. */
  lastAt: number
  /** By name. */
  pools: Counted[]
}

/** What of a day has no room: all of it (null), or one of its pools. */
type Full = { pool: string | null }

/** How many different texts people open who may not export; days go after three months. */
export type OpenedTexts = {
  isOpen(text: Text): Promise<boolean>
  /** Null when it is open; else what it does not fit into, and nothing was kept; however many ask at once. */
  open(opening: Opening): Promise<Full | null>
  /** The newest day first, and who opened most there. */
  list(limit: number): Promise<DayOfTexts[]>
}

/** Against others that write between looking and writing; one of them always gets on. */
const triesAtMost = 200
const keptMs = 92 * 24 * 60 * 60_000

/** The pool of everything that somebody opens on a day. */
const everything = ''

export function createOpenedTexts(context: StoreContext): OpenedTexts {
  const { kysely, atomically } = context.database
  const ofDay = ({ person, day }: Text) =>
    kysely.selectFrom('opened_texts').where('person', '=', person).where('day', '=', day)
  async function isOpen(text: Text): Promise<boolean> {
    const found = ofDay(text)
      .select('name')
      .where('pool', '=', everything)
      .where('name', '=', text.name)
    return (await found.executeTakeFirst()) !== undefined
  }
  async function fullFor(opening: Opening): Promise<Full | null> {
    const rows = await ofDay(opening)
      .select(({ fn }) => ['pool', fn.max('total').as('total')])
      .groupBy('pool')
      .execute()
    const totals = new Map(rows.map(({ pool, total }) => [pool, Number(total)]))
    const full = limitsOf(opening).find(
      ({ name, atMost }) => (totals.get(name) ?? 0) + opening.units > atMost,
    )
    return full === undefined ? null : { pool: full.name === everything ? null : full.name }
  }
  async function add(opening: Opening): Promise<boolean> {
    const time = context.now()
    const { person } = opening
    const before = new Date(time - keptMs).toISOString().slice(0, 10)
    const old = kysely.deleteFrom('opened_texts').where('person', '=', person)
    const counted = limitsOf(opening).map((pool) => {
      const query = insertBehindLast(opening, pool, time)
      return { query: { compile: () => query.compile(kysely) }, required: true }
    })
    return (await atomically([...counted, { query: old.where('day', '<', before) }])) !== null
  }
  return {
    isOpen,
    async open(opening) {
      for (let tries = 0; tries < triesAtMost; tries += 1) {
        if (await isOpen(opening)) return null
        const full = await fullFor(opening)
        if (full !== null) return full
        if (await add(opening)) return null
      }
      throw new Error(`A text that was opened found no place in ${triesAtMost} tries.`)
    },
    list: (limit) => listDays(context, limit),
  }
}

/** First of the day as a whole: its numbers are the lock of all pools. */
function limitsOf({ atMost, pools = [] }: Opening): { name: string; atMost: number }[] {
  return [{ name: everything, atMost }, ...pools]
}

async function listDays(
  { database: { kysely } }: StoreContext,
  limit: number,
): Promise<DayOfTexts[]> {
  const counts = kysely
    .selectFrom('opened_texts')
    .select(({ fn }) => [
      'person',
      'day',
      'pool',
      fn.countAll().as('texts'),
      fn.max('total').as('units'),
      fn.max('opened_at').as('lastAt'),
    ])
    .groupBy(['day', 'person', 'pool'])
  const days = await counts
    .where('pool', '=', everything)
    .orderBy('day', 'desc')
    .orderBy('units', 'desc')
    .orderBy('person')
    .limit(limit)
    .execute()
  const oldest = days.at(-1)?.day ?? ''
  const pools = await counts
    .where('pool', '!=', everything)
    .where('day', '>=', oldest)
    .orderBy('pool')
    .execute()
  const poolsOf = Map.groupBy(pools, ({ person, day }) => `${day} ${person}`)
  return days.map(({ person, day, texts, units, lastAt }) => {
    const own = (poolsOf.get(`${day} ${person}`) ?? []).map((one) => {
      return { name: one.pool, texts: Number(one.texts), units: Number(one.units) }
    })
    const counted = { texts: Number(texts), units: Number(units), lastAt: Number(lastAt) }
    return { person, day, ...counted, pools: own }
  })
}

/**
 * Where the pool has room on that day. PostgreSQL lets a second one with this number wait for the first, and
 * then add nothing: the key of the table is the lock.
 */
function insertBehindLast(
  { person, day, name, units }: Opening,
  pool: { name: string; atMost: number },
  time: number,
) {
  return sql`
    insert into opened_texts (person, day, pool, name, sequence, units, total, opened_at)
    select cast(${person} as text), cast(${day} as text), cast(${pool.name} as text),
      cast(${name} as text), coalesce(max(sequence), 0) + 1, cast(${units} as bigint),
      coalesce(max(total), 0) + cast(${units} as bigint), cast(${time} as bigint)
    from opened_texts where person = ${person} and day = ${day} and pool = ${pool.name}
    having coalesce(max(total), 0) + cast(${units} as bigint) <= cast(${pool.atMost} as bigint)
    on conflict do nothing`
}
