import type pg from 'pg'
import { readMigrations } from '../migrate.ts'
import { translatePostgresError } from '../postgres/postgres-errors.ts'
import { connect, createPool, longQueryTimeout } from '../postgres/postgres-pool.ts'
import {
  inBatches,
  inOrderOfReference,
  leftOut,
  ownTables,
  stepOf,
  type Snapshot,
  type Value,
} from './snapshot.ts'

/** Rows hold a megabyte at most, texts of documents about a tenth of one. */
const rowsAtOnce = 50

/** One transaction that sees the database as it was when it began. Null when it holds no store. */
export async function openPostgresSnapshot(databaseUrl: string): Promise<Snapshot | null> {
  const pool = createPool(databaseUrl, longQueryTimeout)
  await using stack = new AsyncDisposableStack()
  stack.defer(() => pool.end())
  const client = await connect(pool)
  stack.defer(() => client.release(true))
  const snapshot = await translated(begin(client))
  if (snapshot === null) return null
  const all = stack.move()
  return { ...snapshot, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

async function begin(client: pg.PoolClient): Promise<Omit<Snapshot, keyof AsyncDisposable> | null> {
  await client.query('begin isolation level repeatable read read only')
  // Rather no backup than one without the rows that a guard holds back.
  await client.query('set local row_security = off')
  const names = async (sql: string, values: string[] = []): Promise<string[]> =>
    (await client.query<{ name: string }>(sql, values)).rows.map(({ name }) => name)
  const tables = await names(
    'select tablename as name from pg_tables where schemaname = current_schema() order by 1',
  )
  if (!tables.includes('proofloop_migrations')) return null
  const { rows: references } = await client.query<{ from: string; to: string }>(
    `select a.relname as from, b.relname as to from pg_constraint c
     join pg_class a on a.oid = c.conrelid join pg_class b on b.oid = c.confrelid
     where c.contype = 'f'`,
  )
  const steps = await names('select name from proofloop_migrations order by name')
  const ours = ownTables(tables, { steps, known: await readMigrations('postgres') })
  const kept = inOrderOfReference(ours, references).filter((name) => !leftOut.includes(name))
  const described = []
  for (const name of kept) {
    const columns = await names(
      `select column_name as name from information_schema.columns
       where table_schema = current_schema() and table_name = $1 order by ordinal_position`,
      [name],
    )
    described.push({ name, columns })
  }
  return {
    steps: steps.map(stepOf),
    tables: described,
    rows: (table) => fetchAll(client, table),
  }
}

async function* fetchAll(client: pg.PoolClient, table: string): AsyncGenerator<Value[][]> {
  await translated(client.query(`declare rows no scroll cursor for select * from "${table}"`))
  for (;;) {
    const fetch = { text: `fetch ${rowsAtOnce} from rows`, rowMode: 'array' } as const
    const { rows } = await translated(client.query<unknown[]>(fetch))
    if (rows.length === 0) break
    yield* inBatches(rows.map((row) => row.map(neutral)))
  }
  await translated(client.query('close rows'))
}

function neutral(value: unknown): Value {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return value
  throw new Error(`A backup cannot hold a ${typeof value}; say in postgres-snapshot.ts how.`)
}

async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw translatePostgresError(error)
  }
}
