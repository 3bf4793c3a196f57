import type { Selectable } from 'kysely'
import { canonicalJson } from '../lib/content-hash.ts'
import { StoredAudit } from '../schema/stored-gate.ts'
import type { StoreContext } from './context.ts'
import type { Tables } from './tables.ts'

type AuditEnd = Pick<
  StoredAudit,
  'passed' | 'fault' | 'measures' | 'gateDelta' | 'gateSe' | 'auditDelta' | 'auditSe'
>

/** Looks at the split `audit`, one for each gate; what has ended never changes. */
export type GateAudits = {
  /** False when there was one: it stays. */
  start(audit: Pick<StoredAudit, 'gate' | 'requester' | 'margin' | 'testSet'>): Promise<boolean>
  get(gate: string): Promise<StoredAudit | null>
  /** Why nothing could be told; it stays open. False when it has ended. */
  fail(gate: string, fault: string): Promise<boolean>
  /** False when it had ended before. */
  finish(gate: string, end: AuditEnd): Promise<boolean>
  /** Oldest first; at most 10,000 of the newest. */
  list(): Promise<StoredAudit[]>
  /** Gates of those that have not ended, and that nothing hindered. */
  running(): Promise<string[]>
}

const mostListed = 10_000

export function createGateAudits({
  database: { kysely, atomically },
  now,
}: StoreContext): GateAudits {
  return {
    async start({ testSet, ...audit }) {
      const query = kysely
        .insertInto('gate_audits')
        .values({ ...audit, test_set: testSet, state: 'running', started_at: now() })
        .onConflict((conflict) => conflict.doNothing())
      return (await atomically([{ query, required: true }])) !== null
    },
    async get(gate) {
      const row = await kysely
        .selectFrom('gate_audits')
        .selectAll()
        .where('gate', '=', gate)
        .executeTakeFirst()
      return row === undefined ? null : auditOf(row)
    },
    async fail(gate, fault) {
      const query = kysely
        .updateTable('gate_audits')
        .set({ fault })
        .where('gate', '=', gate)
        .where('state', '=', 'running')
      return (await atomically([{ query, required: true }])) !== null
    },
    async finish(gate, end) {
      const query = kysely
        .updateTable('gate_audits')
        .set({ state: 'done', ...columnsOf(end), ended_at: now() })
        .where('gate', '=', gate)
        .where('state', '=', 'running')
      return (await atomically([{ query, required: true }])) !== null
    },
    async list() {
      const rows = await kysely
        .selectFrom('gate_audits')
        .selectAll()
        .orderBy('started_at', 'desc')
        .orderBy('gate', 'desc')
        .limit(mostListed)
        .execute()
      return rows.map(auditOf).toReversed()
    },
    async running() {
      const rows = await kysely
        .selectFrom('gate_audits')
        .select('gate')
        .where('state', '=', 'running')
        .where('fault', 'is', null)
        .execute()
      return rows.map(({ gate }) => gate)
    },
  }
}

function columnsOf({ passed, fault, measures, gateDelta, gateSe, auditDelta, auditSe }: AuditEnd) {
  return {
    passed: passed === null ? null : Number(passed),
    fault,
    measures: measures === null ? null : canonicalJson(measures),
    gate_delta: gateDelta,
    gate_se: gateSe,
    audit_delta: auditDelta,
    audit_se: auditSe,
  }
}

function auditOf(row: Selectable<Tables['gate_audits']>): StoredAudit {
  return StoredAudit.parse({
    ...row,
    passed: row.passed === null ? null : row.passed === 1,
    measures: row.measures === null ? null : JSON.parse(row.measures),
    gateDelta: row.gate_delta,
    gateSe: row.gate_se,
    auditDelta: row.audit_delta,
    auditSe: row.audit_se,
    testSet: row.test_set,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  })
}
