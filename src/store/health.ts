import { sql } from 'kysely'
import type { StoreContext } from './context.ts'
import { type Engine, pendingMigrations, readMigrations } from './migrate.ts'

/** A setting of the database on which it depends whether what was acknowledged is kept. */
type DurabilitySetting = { name: string; value: string; isSafe: boolean; wanted: string }

/** Who the database takes us for; rules about rows do not hold for some. */
type DatabaseRole = { name: string; superuser: boolean; bypassesRowSecurity: boolean }

/** What an operator must know of the database that the store is in. Nothing is changed. */
export type StoreHealth = {
  engine: Engine
  /** Steps of the tables by name. @throws UserFacingError store-newer, store-migration-changed */
  steps(): Promise<{ newest: string | null; missing: string[] }>
  /** As they are for the connection that writes. */
  durability(): Promise<DurabilitySetting[]>
  /**
   * Who signed in, who acts if that is another one, and the mighty ones that either may become; none on
   * SQLite, which knows none.
   */
  roles(): Promise<DatabaseRole[]>
  /**
   * In UTC epoch milliseconds: what time it is for the database, and the newest time in it, by the
   * clocks of those who wrote.
   */
  clock(): Promise<{ now: number; newest: number }>
  /** `zoneless`: columns of times that mean something else in another zone. */
  timeZone(): Promise<{ zone: string; zoneless: string[] }>
  /**
   * Tries the role that reads for requests. False when that cannot be told before a start has let it use
   * the schema.
   * @throws UserFacingError reader-role-unsafe, reader-role-elsewhere, store-unavailable
   */
  tryReaderRole(readerUrl: string): Promise<boolean>
}

export function createHealth({ database }: StoreContext): StoreHealth {
  const { engine, kysely } = database
  const own = engine === 'sqlite' ? sqliteHealth(database) : postgresHealth(database)
  return {
    ...own,
    engine,
    async steps() {
      const history = sql<{ name: string; hash: string; number: number }>`proofloop_migrations`
      const applied = await kysely
        .selectFrom(history.as('history'))
        .select(['name', 'hash', 'number'])
        .orderBy('number')
        .execute()
      const missing = pendingMigrations(await readMigrations(engine), applied)
      return { newest: applied.at(-1)?.name ?? null, missing: missing.map(({ name }) => name) }
    },
    async clock() {
      const [now, newest] = await Promise.all([own.now(), newestTime(database)])
      return { now, newest }
    },
  }
}

type Database = StoreContext['database']
type OwnHealth = Pick<StoreHealth, 'durability' | 'roles' | 'timeZone' | 'tryReaderRole'> & {
  now(): Promise<number>
}

async function newestTime({ kysely }: Database): Promise<number> {
  const setting = kysely.selectFrom('settings').select(({ fn }) => fn.max('updated_at').as('time'))
  const entry = kysely
    .selectFrom('audit_log')
    .select('at as time')
    .orderBy('sequence', 'desc')
    .limit(1)
  const found = await Promise.all([setting.executeTakeFirst(), entry.executeTakeFirst()])
  return Math.max(0, ...found.map((row) => row?.time ?? 0))
}

/** 1 is NORMAL, which loses the newest commits when the power goes. */
const fullSync = 2

function sqliteHealth({ kysely }: Database): OwnHealth {
  return {
    async durability() {
      // Both are of a connection; what is no select goes to the one that writes.
      const mode = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(kysely)
      const sync = await sql<{ synchronous: number }>`pragma synchronous`.execute(kysely)
      const journal = mode.rows[0]?.journal_mode ?? 'unknown'
      const level = sync.rows[0]?.synchronous ?? 0
      return [
        { name: 'journal_mode', value: journal, isSafe: journal === 'wal', wanted: 'wal' },
        {
          name: 'synchronous',
          value: syncNames[level] ?? `${level}`,
          isSafe: level >= fullSync,
          wanted: 'FULL',
        },
      ]
    },
    roles: async () => [],
    async now() {
      const { rows } = await sql<{ now: number }>`select unixepoch('subsec') as now`.execute(kysely)
      return Math.round((rows[0]?.now ?? 0) * 1000)
    },
    timeZone: async () => ({ zone: 'UTC', zoneless: [] }),
    tryReaderRole: async () => true,
  }
}

const syncNames = ['OFF', 'NORMAL', 'FULL', 'EXTRA']

function postgresHealth(database: Database): OwnHealth {
  const { kysely } = database
  return {
    async tryReaderRole(readerUrl) {
      const { tryReaderRole } = await import('./postgres/reader-database.ts')
      return tryReaderRole(database, readerUrl)
    },
    async durability() {
      const { rows } = await sql<Record<(typeof postgresSettings)[number], string>>`
        select current_setting('fsync') as fsync,
          current_setting('synchronous_commit') as synchronous_commit,
          current_setting('full_page_writes') as full_page_writes`.execute(kysely)
      return postgresSettings.map((name) => {
        const value = rows[0]?.[name] ?? 'unknown'
        // `local`, `remote_write` and `remote_apply` wait for this server's disk, too.
        return { name, value, isSafe: !['off', 'unknown'].includes(value), wanted: 'on' }
      })
    },
    async roles() {
      const { rows } = await sql<{ name: string; superuser: boolean; bypass: boolean }>`
        select rolname as name, rolsuper as superuser, rolbypassrls as bypass from pg_roles
        where rolname in (session_user, current_user)
          or ((rolsuper or rolbypassrls) and pg_has_role(session_user, oid, 'member'))
        order by rolname <> session_user, rolname`.execute(kysely)
      return rows.map(({ bypass, ...role }) => ({ ...role, bypassesRowSecurity: bypass }))
    },
    async now() {
      const { rows } = await sql<{ now: number }>`
        select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(kysely)
      return Number(rows[0]?.now)
    },
    async timeZone() {
      const zone = await sql<{ zone: string }>`
        select current_setting('timezone') as zone`.execute(kysely)
      const { rows } = await sql<{ name: string }>`
        select table_name || '.' || column_name as name from information_schema.columns
        where data_type = 'timestamp without time zone'
          and table_schema in (current_schema(), 'proofloop_jobs') order by 1`.execute(kysely)
      return { zone: zone.rows[0]?.zone ?? 'unknown', zoneless: rows.map(({ name }) => name) }
    },
  }
}

const postgresSettings = ['fsync', 'synchronous_commit', 'full_page_writes'] as const
