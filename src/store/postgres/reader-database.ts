import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { canonicalJson } from '../../lib/content-hash.ts'
import { isStoreFailure } from '../../lib/errors.ts'
import type { Database } from '../database.ts'
import type { ReaderScope, Reading } from '../reader-scope.ts'
import type { Tables } from '../tables.ts'
import { translatePostgresError } from './postgres-errors.ts'
import { connect, createPool } from './postgres-pool.ts'
import { checkReaderRole, prepareReaderRole } from './reader-role.ts'
import { readPads, sealScope, type Pads } from './reader-seal.ts'

type Options = { readerUrl: string; scope: ReaderScope }

/**
 * Reads by the role for readers, each query in a transaction that knows the reader's scope. Writes go
 * the way they always go: they are fixed statements on what was found by such a read before.
 * @throws UserFacingError reader-role-unsafe, reader-role-elsewhere, store-unavailable
 */
export async function openReaderDatabase(
  owner: Database,
  { readerUrl, scope }: Options,
): Promise<Database> {
  const pads = await readPads(owner.kysely)
  const pool = createPool(readerUrl)
  try {
    await prepareReaderRole(owner, { pool, pads })
  } catch (error) {
    await pool.end()
    throw error
  }
  const kysely = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: scopedPool(pool, { pads, scope }) }),
  })
  return {
    engine: 'postgres',
    kysely,
    atomically: owner.atomically,
    migrateWith: owner.migrateWith,
    [Symbol.asyncDispose]: () => kysely.destroy(),
  }
}

/**
 * Whether the role would do, without giving it anything; false when only a start can tell.
 * @throws UserFacingError reader-role-unsafe, reader-role-elsewhere, store-unavailable
 */
export async function tryReaderRole(owner: Database, readerUrl: string): Promise<boolean> {
  const pads = await readPads(owner.kysely)
  const pool = createPool(readerUrl)
  try {
    return await checkReaderRole(owner, { pool, pads })
  } finally {
    await pool.end()
  }
}

type Scoped = { pads: Pads; scope: ReaderScope }

function scopedPool(pool: pg.Pool, { pads, scope }: Scoped): PostgresPool {
  return {
    options: pool.options,
    Client: pg.Client,
    async connect() {
      const client = await connect(pool)
      return scopedClient(client, sealScope(pads, scopeText(scope.current())))
    },
    end: () => pool.end(),
  } as PostgresPool
}

/** Four statements in one trip; the scope ends with the transaction, whoever gets the connection next. */
function scopedClient(client: pg.PoolClient, sealed: string): PostgresPoolClient {
  let isLost = false
  const query = async (text: string, parameters: unknown[]): Promise<unknown> => {
    const sent = [
      client.query('begin read only'),
      client.query("select set_config('proofloop.scope', $1, true)", [sealed]),
      client.query(text, parameters),
      client.query('commit'),
    ] as const
    const [begun, set, result, ended] = await Promise.allSettled(sent)
    // The first that failed says why; those after it fail because of it.
    for (const answer of [begun, set, result, ended]) {
      if (answer.status === 'fulfilled') continue
      const translated = translatePostgresError(answer.reason)
      isLost ||= isStoreFailure(translated) || answer !== result
      throw translated
    }
    return result.status === 'fulfilled' ? result.value : undefined
  }
  return { query, release: () => client.release(isLost) } as unknown as PostgresPoolClient
}

/**
 * Splits that are seen whole, and those of which only the documents of somebody are; whose own rows are, and what
 * else.
 */
function scopeText({ scopes, own }: Reading): string {
  const whole = scopes.filter(({ assignee }) => assignee === undefined)
  const assigned = scopes.flatMap(({ splits, assignee }) =>
    assignee === undefined ? [] : splits.map((split) => ({ split, assignee })),
  )
  return canonicalJson({
    splits: [...new Set(whole.flatMap(({ splits }) => splits))],
    assigned: assigned.map(({ split, assignee }) => `${split}/${assignee}`),
    assignees: [...new Set(assigned.map(({ assignee }) => assignee))],
    people: own === null ? [] : [own.person],
    sees: own?.sees ?? [],
  })
}
