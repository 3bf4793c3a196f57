import { type Kysely, type Selectable, sql } from 'kysely'
import { StoredNotification } from '../schema/stored-notification.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { isBefore } from './row-columns.ts'
import type { Tables } from './tables.ts'

export type NewNotification = Omit<StoredNotification, 'createdAt' | 'readAt'>

type NotificationPage = {
  /** Only those that were not read. */
  unread?: boolean
  /** Whether those of gates are among them; default true. */
  ofGates?: boolean
  /** The last one of the page before. */
  before?: Pick<StoredNotification, 'createdAt' | 'id'>
  limit: number
}

/** What people are told of changes and gates; each sees their own. */
export type Notifications = {
  /**
   * For the transaction of the event that they tell of. Nothing for who has left, and for who was told of the
   * event before.
   */
  steps(notifications: NewNotification[]): Step[]
  /** Who was told of an event of a change, as long as it is kept. */
  toldOf(event: { change: string; eventKey: string }): Promise<string[]>
  /** Of that person; null: of nobody, or of somebody else. */
  get(person: string, id: string): Promise<StoredNotification | null>
  /** Newest first. */
  list(person: string, page: NotificationPage): Promise<StoredNotification[]>
  unread(person: string, which?: { ofGates?: boolean }): Promise<number>
  /** Of theirs those of the ids, or of the change; all when both are left out. What was read stays read when it was. */
  markRead(person: string, which?: { ids?: string[]; change?: string }): Promise<void>
  /** Deletes what was told before the time, read or not. */
  prune(before: number): Promise<void>
}

export function createNotifications({
  database: { kysely, atomically },
  now,
}: StoreContext): Notifications {
  const of = (person: string) =>
    kysely.selectFrom('notifications').selectAll().where('person', '=', person)
  return {
    steps: (all) => all.map((one) => ({ query: insertOf(kysely, one, now()) })),
    toldOf: (event) => toldOf(kysely, event),
    async get(person, id) {
      const row = await of(person).where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : notificationOf(row)
    },
    async list(person, { unread = false, ofGates = true, before, limit }) {
      const rows = await of(person)
        .$if(unread, (query) => query.where('read_at', 'is', null))
        .$if(!ofGates, (query) => query.where('gate', 'is', null))
        .$if(before !== undefined, (query) =>
          query.where(isBefore(['created_at', 'id'], [before?.createdAt ?? 0, before?.id ?? ''])),
        )
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return rows.map(notificationOf)
    },
    async unread(person, { ofGates = true } = {}) {
      const { count } = await kysely
        .selectFrom('notifications')
        .select((eb) => eb.fn.countAll().as('count'))
        .where('person', '=', person)
        .where('read_at', 'is', null)
        .$if(!ofGates, (query) => query.where('gate', 'is', null))
        .executeTakeFirstOrThrow()
      return Number(count)
    },
    async markRead(person, { ids, change } = {}) {
      const query = kysely
        .updateTable('notifications')
        .set({ read_at: now() })
        .where('person', '=', person)
        .where('read_at', 'is', null)
        .$if(ids !== undefined, (all) => all.where('id', 'in', ids ?? []))
        .$if(change !== undefined, (all) => all.where('change', '=', change ?? ''))
      await atomically([{ query }])
    },
    async prune(before) {
      await atomically([
        { query: kysely.deleteFrom('notifications').where('created_at', '<', before) },
      ])
    },
  }
}

/** By people, whose notifications of an event of a change are found at once. */
async function toldOf(
  kysely: Kysely<Tables>,
  { change, eventKey }: { change: string; eventKey: string },
): Promise<string[]> {
  const rows = await kysely
    .selectFrom('people')
    .innerJoin('notifications', 'notifications.person', 'people.id')
    .select('notifications.person')
    .where('notifications.change', '=', change)
    .where('notifications.event_key', '=', eventKey)
    .execute()
  return rows.map(({ person }) => person)
}

/** From who is there: whoever has left is told nothing, and hinders nobody. */
function insertOf(
  kysely: Kysely<Tables>,
  { id, person, change, gate, eventKey, kind, text }: NewNotification,
  at: number,
) {
  const row = kysely
    .selectFrom('people')
    .select([
      sql<string>`${id}`.as('id'),
      'people.id as person',
      sql<string | null>`cast(${change} as text)`.as('change'),
      sql<string | null>`cast(${gate} as text)`.as('gate'),
      sql<string>`${eventKey}`.as('event_key'),
      sql<string>`${kind}`.as('kind'),
      sql<string>`${text}`.as('text'),
      sql<number>`cast(${at} as bigint)`.as('created_at'),
    ])
    .where('people.id', '=', person)
  return kysely
    .insertInto('notifications')
    .columns(['id', 'person', 'change', 'gate', 'event_key', 'kind', 'text', 'created_at'])
    .expression(row)
    .onConflict((conflict) => conflict.doNothing())
}

function notificationOf(row: Selectable<Tables['notifications']>): StoredNotification {
  const { event_key: eventKey, created_at: createdAt, read_at: readAt, ...notification } = row
  return StoredNotification.parse({ ...notification, eventKey, createdAt, readAt })
}
