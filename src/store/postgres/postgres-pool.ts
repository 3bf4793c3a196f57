import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { translatePostgresError } from './postgres-errors.ts'

/** In milliseconds. */
const connectTimeout = 5000
const queryTimeout = 60_000
const bigint = 20

/** Times and counts are below 2^53, so they are numbers on both engines. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === bigint
      ? Number
      : pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
}

export function createPool(databaseUrl: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    connectionTimeoutMillis: connectTimeout,
    query_timeout: queryTimeout,
    keepAlive: true,
    // Statements of a transaction are sent without waiting for the answer to each.
    pipeline: true,
    types,
  })
  // Without listeners a connection that ends while nobody waits for it would end the process; the
  // next query finds out.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** The pool as Kysely sees it: errors say what to do. */
export function translatingPool(pool: pg.Pool): PostgresPool {
  const wrapped = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    Client: pg.Client,
    async connect() {
      const client = await connect(pool)
      const known = wrapped.get(client) ?? wrap(client)
      wrapped.set(client, known)
      return known
    },
    end: () => pool.end(),
  } as PostgresPool
}

export async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  return pool.connect().catch((error: unknown) => {
    throw translatePostgresError(error)
  })
}

function wrap(client: pg.PoolClient): PostgresPoolClient {
  const query = async (text: string, parameters: unknown[]): Promise<unknown> => {
    try {
      return await client.query(text, parameters)
    } catch (error) {
      throw translatePostgresError(error)
    }
  }
  return { query, release: () => client.release() } as unknown as PostgresPoolClient
}
