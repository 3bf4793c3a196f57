import { Kysely, PostgresDialect, type QueryResult } from 'kysely'
import type pg from 'pg'
import { UserFacingError } from '../../lib/errors.ts'
import type { Database, Step } from '../database.ts'
import type { Tables } from '../tables.ts'
import { translatePostgresError } from './postgres-errors.ts'
import { StatementNames } from './statement-names.ts'
import { connect, createPool, longQueryTimeout, translatingPool } from './postgres-pool.ts'

/** Any number that other users of the same database do not take: ours in ASCII, 'plup'. */
const migrationLock = 0x706c7570
const oldestMajor = 15

/**
 * @param options.unsafe take also a server that loses what it acknowledged, to look at it
 * @throws UserFacingError store-unavailable, store-unsupported
 */
export async function openPostgres(
  databaseUrl: string,
  { unsafe = false }: { unsafe?: boolean } = {},
): Promise<Database> {
  const pool = createPool(databaseUrl)
  const names = new StatementNames()
  const reached = unsafe ? withClient(pool, async () => {}) : checkServer(pool)
  await reached.catch(async (error: unknown) => {
    await pool.end()
    throw error
  })
  const kysely = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: translatingPool(pool) }),
  })
  return {
    engine: 'postgres',
    kysely,
    atomically: (steps) => atomically({ pool, names }, steps),
    migrateWith: (work) => migrateWith(pool, work),
    async [Symbol.asyncDispose]() {
      await kysely.destroy()
      if (!pool.ended) await pool.end()
    },
  }
}

/** What is acknowledged must be durable, which a server can be told not to care for. */
async function checkServer(pool: pg.Pool): Promise<void> {
  const settings = await withClient(pool, async (client) => {
    const { rows } = await client.query<Checked>(
      `select current_setting('server_version_num') as version, current_setting('fsync') as fsync,
        current_setting('synchronous_commit') as commit,
        to_regclass('proofloop_migrations') is not null
          and coalesce(row_security_active(to_regclass('documents')), false) as guarded`,
    )
    return rows[0]
  })
  const major = Math.floor(Number(settings?.version) / 10_000)
  if (major < oldestMajor) {
    throw new UserFacingError(
      'store-unsupported',
      `PostgreSQL ${major} is too old; Proofloop needs ${oldestMajor} or newer.`,
    )
  }
  if (settings?.fsync === 'off' || settings?.commit === 'off') {
    throw new UserFacingError(
      'store-unsupported',
      'PostgreSQL is set to lose what it acknowledged (fsync or synchronous_commit is off). Set both to on.',
    )
  }
  if (settings?.guarded) {
    throw new UserFacingError(
      'store-unsupported',
      "The role in DATABASE_URL does not own Proofloop's tables and would not see all rows. Use the role that made them.",
    )
  }
}

type Checked = {
  version: string
  fsync: string
  commit: string
  /** Rows are held back from this role, which the owner of the tables must see. */
  guarded: boolean
}

type Engine = { pool: pg.Pool; names: StatementNames }

/**
 * Two trips at most: up to the last required step, then the rest with the commit, so that no lock of
 * the rest waits for us.
 */
async function atomically(
  { pool, names }: Engine,
  steps: Step[],
): Promise<QueryResult<unknown>[] | null> {
  const compiled = steps.map(({ query, required = false }) => {
    const { sql, parameters } = query.compile()
    return { required, query: { name: names.of(sql), text: sql, values: [...parameters] } }
  })
  const split = compiled.findLastIndex(({ required }) => required) + 1
  return withClient(pool, async (client) => {
    if (compiled.length === 1) return send(client, compiled)
    const begun = client.query('begin')
    const [, first] = await Promise.all([begun, send(client, compiled.slice(0, split))])
    if (first === null) {
      await client.query('rollback')
      return null
    }
    const rest = send(client, compiled.slice(split))
    const [others] = await Promise.all([rest, client.query('commit')])
    return others === null ? null : [...first, ...others]
  })
}

type CompiledStep = { required: boolean; query: pg.QueryConfig }

/** @throws what the first that failed says; those after it fail because of it */
async function send(
  client: pg.PoolClient,
  steps: CompiledStep[],
): Promise<QueryResult<unknown>[] | null> {
  const answers = await Promise.allSettled(steps.map(({ query }) => client.query(query)))
  const results = []
  for (const [i, answer] of answers.entries()) {
    if (answer.status === 'rejected') throw answer.reason
    if (steps[i]?.required === true && !answer.value.rowCount) return null
    results.push(queryResult(answer.value))
  }
  return results
}

function queryResult({ rows, rowCount }: pg.QueryResult): QueryResult<unknown> {
  return { rows, numAffectedRows: BigInt(rowCount ?? 0) }
}

async function migrateWith(
  pool: pg.Pool,
  work: Parameters<Database['migrateWith']>[0],
): Promise<void> {
  await withClient(pool, async (client) => {
    await client.query('begin')
    const patiently = async (text: string, values?: unknown[]): Promise<pg.QueryResult> => {
      const query = { text, values, query_timeout: longQueryTimeout }
      return client.query(query)
    }
    await patiently('select pg_advisory_xact_lock($1)', [migrationLock])
    await work({
      query: async (sql, parameters) => (await patiently(sql, parameters)).rows,
      script: async (sql) => void (await patiently(sql)),
    })
    await client.query('commit')
  })
}

async function withClient<T>(
  pool: pg.Pool,
  use: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await connect(pool)
  let broken = true
  try {
    const result = await use(client)
    broken = false
    return result
  } catch (error) {
    throw translatePostgresError(error)
  } finally {
    // After an error a connection is ended rather than asked for its state; PostgreSQL then undoes
    // what was not committed.
    client.release(broken)
  }
}
