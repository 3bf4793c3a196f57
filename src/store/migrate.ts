import { readdir, readFile } from 'node:fs/promises'
import { UserFacingError } from '../lib/errors.ts'
import { contentHash } from '../lib/content-hash.ts'

export type Engine = 'sqlite' | 'postgres'

export type Migration = { number: number; name: string; sql: string; hash: string }

/** A transaction that changes the tables. */
export type MigrationSession = {
  /** `$1`, `$2` … stand for the parameters. */
  query(
    sql: string,
    parameters?: (string | number | null | Uint8Array)[],
  ): Promise<Record<string, unknown>[]>
  /** Several statements. */
  script(sql: string): Promise<void>
}

const folder = new URL('./migrations/', import.meta.url)

/** `003-name.sql` is for both engines, `003-name.sqlite.sql` and `003-name.postgres.sql` for one. */
export async function readMigrations(engine: Engine): Promise<Migration[]> {
  const files = (await readdir(folder)).toSorted()
  const mine = files.filter((file) => [undefined, engine].includes(dialectOf(file)))
  return Promise.all(
    mine.map(async (file) => {
      const sql = await readFile(new URL(file, folder), 'utf8')
      const name = file.replace(/\.sql$/, '')
      return { number: Number.parseInt(file, 10), name, sql, hash: contentHash(sql) }
    }),
  )
}

function dialectOf(file: string): Engine | undefined {
  const [whole, dialect] = /^\d{3}-[a-z-]+(?:\.(sqlite|postgres))?\.sql$/.exec(file) ?? []
  if (whole === undefined) throw new Error(`${file} is not a name for a migration.`)
  return dialect === 'sqlite' || dialect === 'postgres' ? dialect : undefined
}

/**
 * Which have to run.
 * @throws UserFacingError store-newer, store-migration-changed
 */
export function pendingMigrations(
  known: Migration[],
  applied: { name: string; hash: string }[],
): Migration[] {
  const names = new Set(known.map(({ name }) => name))
  const newer = applied.find(({ name }) => !names.has(name))
  if (newer !== undefined) {
    throw new UserFacingError(
      'store-newer',
      `The data were written by a newer Proofloop (its tables have ${newer.name}, which this one does not know). Install that version again, or restore a backup made by this one.`,
    )
  }
  const byName = new Map(applied.map((migration) => [migration.name, migration]))
  for (const { name, hash } of known) {
    const before = byName.get(name)
    if (before === undefined || before.hash === hash) continue
    throw new UserFacingError(
      'store-migration-changed',
      `The step ${name} of the tables is not the one that made these data. This installation was changed: install Proofloop anew.`,
    )
  }
  return known.filter(({ name }) => !byName.has(name))
}

const history = `create table if not exists proofloop_migrations (
  name text primary key,
  number bigint not null,
  hash text not null,
  applied_at bigint not null
)`

type Migrate = {
  known: Migration[]
  now: number
  /** Throws when tables that are in use must not change. */
  assertUnused?: () => void
}

/** Brings the tables up to date; all steps or none. */
export async function migrate(
  session: MigrationSession,
  { known, now, assertUnused }: Migrate,
): Promise<void> {
  await session.script(history)
  const rows = await session.query('select name, hash from proofloop_migrations')
  const applied = rows.map(({ name, hash }) => ({ name: String(name), hash: String(hash) }))
  const pending = pendingMigrations(known, applied)
  if (applied.length > 0 && pending.length > 0) assertUnused?.()
  for (const { number, name, sql, hash } of pending) {
    await session.script(sql)
    await session.query(
      'insert into proofloop_migrations (name, number, hash, applied_at) values ($1, $2, $3, $4)',
      [name, number, hash, now],
    )
  }
}
