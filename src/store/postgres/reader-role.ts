import { sql, type Kysely } from 'kysely'
import type pg from 'pg'
import { UserFacingError } from '../../lib/errors.ts'
import type { Database } from '../database.ts'
import type { Tables } from '../tables.ts'
import { translatePostgresError } from './postgres-errors.ts'
import { connect } from './postgres-pool.ts'
import { sealScope, type Pads } from './reader-seal.ts'

/**
 * Lets the role read the guarded tables, after it was made sure that it can do nothing else.
 * @throws UserFacingError reader-role-unsafe, reader-role-elsewhere, store-unavailable
 */
export async function prepareReaderRole(
  { kysely }: Database,
  { pool, pads }: { pool: pg.Pool; pads: Pads },
): Promise<void> {
  const client = await connect(pool)
  let broken = true
  try {
    const [named] = (await client.query<{ role: string }>('select session_user as role')).rows
    await grant(kysely, named?.role ?? '')
    await requireSamePlace(client, pads)
    await requireHarmless(client)
    broken = false
  } catch (error) {
    throw translatePostgresError(error)
  } finally {
    client.release(broken)
  }
}

/** Every table that has the policy, and no other: a new one is closed until a migration guards it. */
async function grant(kysely: Kysely<Tables>, role: string): Promise<void> {
  const { rows } = await sql<{ schema: string; name: string }>`
    select schemaname as schema, tablename as name from pg_policies
    where policyname = 'reader' and schemaname = current_schema()`.execute(kysely)
  const [first] = rows
  if (first === undefined) throw new Error('There are no guarded tables.')
  await sql`grant usage on schema ${sql.id(first.schema)} to ${sql.id(role)}`.execute(kysely)
  const tables = sql.join(rows.map(({ schema, name }) => sql.id(schema, name)))
  await sql`grant select on ${tables} to ${sql.id(role)}`.execute(kysely)
}

/** The same tables as the owner's: its scopes are believed there. */
async function requireSamePlace(client: pg.PoolClient, pads: Pads): Promise<void> {
  const scope = sealScope(pads, '{"splits":["here"]}')
  await client.query('begin read only')
  await client.query("select set_config('proofloop.scope', $1, true)", [scope])
  const { rows } = await client
    .query<{ splits: string[] }>("select reader_scope('splits') as splits")
    .catch(() => ({ rows: [] }))
  await client.query('rollback')
  if (rows[0]?.splits[0] === 'here') return
  throw new UserFacingError(
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
