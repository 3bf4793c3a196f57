import { sql } from 'kysely'
import type { StoreContext } from './context.ts'

type Opening = {
  person: string
  /** `2026-11-29`, UTC. */
  day: string
  /** What is opened; the same again on that day costs nothing. */
  name: string
  /** How much it counts. */
  units: number
  /** Together on that day. */
  atMost: number
}

/** What one person has opened on one day. */
type DayOfTexts = {
  person: string
  day: string
  texts: number
  units: number
  /** The last one that was new, UTC epoch milliseconds. */
  lastAt: number
}

/** How many different texts people open who may not export; days go after three months. */
export type OpenedTexts = {
  /** False when it does not fit into the day, and nothing was kept; however many ask at once. */
  open(opening: Opening): Promise<boolean>
  /** The newest day first, and who opened most there. */
  list(limit: number): Promise<DayOfTexts[]>
}

/** Against others that write between looking and writing; one of them always gets on. */
const triesAtMost = 200
const keptMs = 92 * 24 * 60 * 60_000

export function createOpenedTexts({
  database: { kysely, atomically },
  now,
}: StoreContext): OpenedTexts {
  const ofDay = ({ person, day }: Opening) =>
    kysely.selectFrom('opened_texts').where('person', '=', person).where('day', '=', day)
  async function isOpen(opening: Opening): Promise<boolean> {
    const found = ofDay(opening).select('name').where('name', '=', opening.name)
    return (await found.executeTakeFirst()) !== undefined
  }
  async function isFull(opening: Opening): Promise<boolean> {
    const { total } = await ofDay(opening)
      .select(({ fn }) => fn.max('total').as('total'))
      .executeTakeFirstOrThrow()
    return Number(total ?? 0) + opening.units > opening.atMost
  }
  async function add(opening: Opening): Promise<boolean> {
    const time = now()
    const { person } = opening
    const before = new Date(time - keptMs).toISOString().slice(0, 10)
    const old = kysely.deleteFrom('opened_texts').where('person', '=', person)
    const query = insertBehindLast(opening, time)
    const added = await atomically([
      { query: { compile: () => query.compile(kysely) }, required: true },
      { query: old.where('day', '<', before) },
    ])
    return added !== null
  }
  return {
    async open(opening) {
      for (let tries = 0; tries < triesAtMost; tries += 1) {
        if (await isOpen(opening)) return true
        if (await isFull(opening)) return false
        if (await add(opening)) return true
      }
      throw new Error(`A text that was opened found no place in ${triesAtMost} tries.`)
    },
    async list(limit) {
      const rows = await kysely
        .selectFrom('opened_texts')
        .select(({ fn }) => [
          'person',
          'day',
          fn.countAll().as('texts'),
          fn.max('total').as('units'),
          fn.max('opened_at').as('lastAt'),
        ])
        .groupBy(['day', 'person'])
        .orderBy('day', 'desc')
        .orderBy('units', 'desc')
        .orderBy('person')
        .limit(limit)
        .execute()
      return rows.map(({ person, day, texts, units, lastAt }) => {
        return { person, day, texts: Number(texts), units: Number(units), lastAt: Number(lastAt) }
      })
    },
  }
}

/**
 * Where the day has room. PostgreSQL lets a second one with this number wait for the first, and then add
 * nothing: the key of the table is the lock.
 */
function insertBehindLast({ person, day, name, units, atMost }: Opening, time: number) {
  return sql`
    insert into opened_texts (person, day, name, sequence, units, total, opened_at)
    select cast(${person} as text), cast(${day} as text), cast(${name} as text),
      coalesce(max(sequence), 0) + 1, cast(${units} as bigint),
      coalesce(max(total), 0) + cast(${units} as bigint), cast(${time} as bigint)
    from opened_texts where person = ${person} and day = ${day}
    having coalesce(max(total), 0) + cast(${units} as bigint) <= cast(${atMost} as bigint)
    on conflict do nothing`
}
