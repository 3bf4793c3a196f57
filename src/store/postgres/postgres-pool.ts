import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { isStoreFailure } from '../../lib/errors.ts'
import { translatePostgresError } from './postgres-errors.ts'

/** In milliseconds: a server that hangs is one that is away. */
export const connectTimeout = 5000
/** In milliseconds; what a request asks takes some at most. */
export const queryTimeout = 10_000
/** In milliseconds; for migrations, which may rewrite tables and wait for each other, and backups. */
export const longQueryTimeout = 600_000
const bigint = 20

/** Times and counts are below 2^53, so they are numbers on both engines. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === bigint
      ? Number
      : pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
}

/** @param timeout of each query, in milliseconds */
export function createPool(databaseUrl: string, timeout = queryTimeout): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    connectionTimeoutMillis: connectTimeout,
    query_timeout: timeout,
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

/** A connection that was lost goes; after other errors Kysely itself undoes what it had begun. */
function wrap(client: pg.PoolClient): PostgresPoolClient {
  let isLost = false
  const query = async (text: string, parameters: unknown[]): Promise<unknown> => {
    try {
      return await client.query(text, parameters)
    } catch (error) {
      const translated = translatePostgresError(error)
      isLost ||= isStoreFailure(translated)
      throw translated
    }
  }
  return { query, release: () => client.release(isLost) } as unknown as PostgresPoolClient
}
