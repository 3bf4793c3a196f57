import { DatabaseSync } from 'node:sqlite'
import { mayHide } from '../../src/store/backup/hidden-rows.ts'
import { readMigrations } from '../../src/store/migrate.ts'
import type { Role } from '../../src/schema/access.ts'

/** What SQLite does for a statement: a table by all of its rows, or those that an index leads to. */
export type PlanStep = {
  table: string
  /** Of which the values are given; empty where all rows are looked at. */
  keys: string[]
  detail: string
}

/**
 * By what tables are read where rows may be hidden: what decides who may read (a split, an assignee), or what names
 * something that the reader was let to already. One of them has to be given.
 */
const keysOf: Record<string, readonly string[]> = {
  change_checks: ['change', 'subject'],
  change_decisions: ['change'],
  change_told: ['change'],
  dataset_entries: ['split', 'id'],
  dataset_labels: ['hash'],
  dataset_owners: ['dataset'],
  dataset_texts: ['document'],
  dataset_version_splits: ['split'],
  dataset_versions: ['evaluation_changed', 'id'],
  datasets: ['name'],
  deployment_requests: ['change'],
  document_texts: ['document'],
  documents: ['split', 'assignee', 'id'],
  environment_checks: ['environment'],
  evaluation_details: ['evaluation'],
  evaluation_runs: ['evaluation'],
  evaluations: ['split', 'id'],
  gate_charges: ['test_set'],
  gate_audits: ['gate'],
  gate_measures: ['content_key'],
  gates: ['author', 'candidate', 'test_set', 'id'],
  issue_texts: ['issue'],
  issues: ['review', 'id'],
  notifications: ['person', 'id'],
  opened_texts: ['person'],
  read_marks: ['document'],
  review_events: ['review'],
  review_parts: ['review'],
  reviews: ['split', 'document', 'id'],
  settings: ['key'],
  test_set_generations: ['test_set', 'generation'],
  verdict_texts: ['verdict'],
  verdicts: ['review'],
}

/** What is read otherwise, and why that tells of no hidden row, or whom it may. */
const allowed: { statement: RegExp; role?: Role }[] = [
  // The newest number, at the end of an index, so that an entry follows it.
  { statement: /^\s*insert into audit_log / },
  { statement: /^select "sequence", "hash" from "audit_log" order by "sequence" desc limit \?$/ },
  { statement: /^select (?:\*|"sequence", "hash") from "audit_log" /, role: 'admin' },
  // The newest version, at the end of an index: the budget of the gate is for the test set that it has.
  {
    statement:
      /^select "v"\.\* from "dataset_versions" as "v" where "v"\."dataset" = \? order by "v"\."sequence" desc limit \?$/,
  },
  // Approvers see all gates.
  { statement: /^select \* from "gates" where \("started_at", "id"\) < /, role: 'approver' },
  // What was asked of the gate last, of whatever: of it the flows are compared with what the reader may see.
  { statement: /^select \* from "gates" order by "started_at" desc, "id" desc limit \?$/ },
]

/** How a statement of somebody comes past rows that they may not see; empty when it does not. */
export function pastHidden(
  { stepsOf }: Pick<Awaited<ReturnType<typeof openPlans>>, 'stepsOf'>,
  { statement, roles }: { statement: string; roles: readonly Role[] },
): string[] {
  const may = allowed.filter(({ role }) => role === undefined || roles.includes(role))
  if (may.some((one) => one.statement.test(statement))) return []
  return stepsOf(statement)
    .filter(({ table, keys }) => {
      const enough = keysOf[table] ?? []
      return mayHide(table) && !keys.some((key) => enough.includes(key))
    })
    .map(({ table, detail }) => `${table}: ${detail} in ${statement}`)
}

/**
 * How statements are answered, on the tables as they are made. Without statistics, which stores do not have, that
 * depends on no row.
 */
export async function openPlans() {
  const database = new DatabaseSync(':memory:')
  for (const { sql } of await readMigrations('sqlite')) database.exec(sql)
  const named = database.prepare(`select name from sqlite_master where type = 'table'`).all()
  const tables = new Set(named.map(({ name }) => String(name)))
  return {
    /** Steps that read a table; none of what is no statement that could be explained. */
    stepsOf(statement: string): PlanStep[] {
      if (!/^(?:with|select|insert|update|delete)\b/i.test(statement.trim())) return []
      const names = tableNames(statement, tables)
      const rows = database.prepare(`explain query plan ${statement}`).all()
      return rows.flatMap(({ detail }) => stepOf(String(detail), names))
    },
    [Symbol.dispose]: () => database.close(),
  }
}

/** By the names that the statement has for them. */
function tableNames(statement: string, tables: Set<string>): Map<string, string> {
  const names = new Map([...tables].map((name) => [name, name]))
  for (const [, table = '', alias] of statement.matchAll(/"?\b(\w+)"? as "?(\w+)"?/g)) {
    if (tables.has(table) && alias !== undefined) names.set(alias, table)
  }
  return names
}

/** Of a table that the engine makes itself for the while of the statement, none. */
function stepOf(detail: string, names: Map<string, string>): PlanStep[] {
  const [, kind, name = '', rest = ''] = /^(SCAN|SEARCH) (\w+)(.*)$/.exec(detail) ?? []
  const table = names.get(name)
  if (kind === undefined || table === undefined) return []
  const given = kind === 'SCAN' || rest.includes('AUTOMATIC') ? '' : rest
  return [{ table, keys: Array.from(given.matchAll(/(\w+)=\?/g), ([, key = '']) => key), detail }]
}
