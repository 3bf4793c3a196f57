import { sql, type Kysely } from 'kysely'
import type pg from 'pg'
import { UserFacingError } from '../../lib/errors.ts'
import type { Database } from '../database.ts'
import type { Tables } from '../tables.ts'
import { codeOf } from '../../lib/write-whole-file.ts'
import { translatePostgresError } from './postgres-errors.ts'
import { connect } from './postgres-pool.ts'
import { sealScope, type Pads } from './reader-seal.ts'

type Reader = { pool: pg.Pool; pads: Pads }

/**
 * Lets the role read the guarded tables, after it was made sure that it can do nothing else. The checks
 * need the schema, so its use comes first.
 * @throws UserFacingError reader-role-unsafe, reader-role-elsewhere, store-unavailable
 */
export async function prepareReaderRole(
  { kysely }: Database,
  { pool, pads }: Reader,
): Promise<void> {
  await onConnection(pool, async (client) => {
    const { role, schema } = await placeOf(kysely, client)
    await sql`grant usage on schema ${sql.id(schema)} to ${sql.id(role)}`.execute(kysely)
    await requireSafe(client, pads)
    await grantTables(kysely, role)
  })
}

/**
 * Checks the role and gives it nothing.
 * @returns false when it cannot be looked at yet: it may not use the schema, which a start lets it do
 * @throws UserFacingError reader-role-unsafe, reader-role-elsewhere, store-unavailable
 */
export function checkReaderRole({ kysely }: Database, { pool, pads }: Reader): Promise<boolean> {
  return onConnection(pool, async (client) => {
    const { mayUse } = await placeOf(kysely, client)
    if (mayUse) await requireSafe(client, pads)
    return mayUse
  })
}

async function onConnection<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await connect(pool)
  let broken = true
  try {
    const result = await work(client)
    broken = false
    return result
  } catch (error) {
    throw translatePostgresError(error)
  } finally {
    client.release(broken)
  }
}

/** The role that signed in there, as the owner knows it. */
async function placeOf(kysely: Kysely<Tables>, client: pg.PoolClient) {
  const [named] = (await client.query<{ role: string }>('select session_user as role')).rows
  const { rows } = await sql<{ role: string; schema: string; mayUse: boolean }>`
    select rolname as role, current_schema() as schema,
      has_schema_privilege(oid, current_schema(), 'usage') as "mayUse"
    from pg_roles where rolname = ${named?.role ?? ''}`.execute(kysely)
  const [known] = rows
  if (known === undefined) throw elsewhere()
  return known
}

async function requireSafe(client: pg.PoolClient, pads: Pads): Promise<void> {
  await requireSamePlace(client, pads)
  await requireHarmless(client)
}

/** Guarded all the same; requests find copies of documents by the owner's role. */
const notRead = ['document_shingles', 'document_signatures']

/** Every table that has the policy, and no other: a new one is closed until a migration guards it. */
async function grantTables(kysely: Kysely<Tables>, role: string): Promise<void> {
  const { rows } = await sql<{ schema: string; name: string }>`
    select schemaname as schema, tablename as name from pg_policies
    where policyname = 'reader' and schemaname = current_schema()`.execute(kysely)
  if (rows.length === 0) throw new Error('There are no guarded tables.')
  const listed = (isRead: boolean) =>
    sql.join(
      rows
        .filter(({ name }) => notRead.includes(name) !== isRead)
        .map(({ schema, name }) => sql.id(schema, name)),
    )
  await sql`grant select on ${listed(true)} to ${sql.id(role)}`.execute(kysely)
  // An older version let the role read them.
  await sql`revoke select on ${listed(false)} from ${sql.id(role)}`.execute(kysely)
}

/** The same tables as the owner's: its scopes are believed there. */
async function requireSamePlace(client: pg.PoolClient, pads: Pads): Promise<void> {
  const scope = sealScope(pads, '{"splits":["here"]}')
  await client.query('begin read only')
  await client.query("select set_config('proofloop.scope', $1, true)", [scope])
  const { rows } = await client
    .query<{ splits: string[] }>("select reader_scope('splits') as splits")
    .catch(nothingThere)
  await client.query('rollback')
  if (rows[0]?.splits[0] !== 'here') throw elsewhere()
}

/** SQLSTATE class 42: what is named is not there, or not for this role. */
function nothingThere(error: unknown): { rows: [] } {
  if (codeOf(error).startsWith('42')) return { rows: [] }
  throw error
}

function elsewhere(): UserFacingError {
  return new UserFacingError(
    'reader-role-elsewhere',
    'PROOFLOOP_READER_DATABASE_URL leads to another database or schema than DATABASE_URL. Name the same one, with the role for readers.',
  )
}

/** What a role could use to get around the policies, by itself or by a role that it may become. */
const dangers = `
  select case
    when bool_or(r.rolsuper) then 'is, or may become, a superuser'
    when bool_or(r.rolbypassrls) then 'bypasses row-level security (BYPASSRLS)'
    when bool_or(r.rolcreaterole) then 'may make roles (CREATEROLE)'
    when bool_or(r.oid in (select relowner from pg_class where oid = 'documents'::regclass))
      then 'owns the tables, or may become the role that does'
    when session_user <> current_user then 'works as another role than it logs in as'
    when (select bool_or(has_table_privilege(session_user, c.oid, 'insert, update, delete, truncate, references, trigger'))
      from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v'))
      then 'may write to tables'
    when (select bool_or(has_table_privilege(session_user, c.oid, 'select')) from pg_class c
      where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v')
        and not exists (select 1 from pg_policies p
          where p.policyname = 'reader' and p.schemaname = current_schema() and p.tablename = c.relname))
      then 'may read tables that have no guard'
    when has_function_privilege(session_user, 'reader_seal(text)', 'execute') then 'may make scopes'
    when not row_security_active('documents') then 'is not held back by row-level security'
  end as danger
  from pg_roles r where pg_has_role(session_user, r.oid, 'member')`

async function requireHarmless(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ danger: string | null }>(dangers)
  const danger = rows[0]?.danger
  if (danger === null) return
  throw new UserFacingError(
    'reader-role-unsafe',
    `The role in PROOFLOOP_READER_DATABASE_URL ${danger ?? 'cannot be looked at'}: it would be no wall. Make one of its own: create role proofloop_reader login password '…'.`,
  )
}
