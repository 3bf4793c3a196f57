import type { Selectable } from 'kysely'
import { canonicalJson } from '../lib/content-hash.ts'
import { type GateMeasures, StoredAudit } from '../schema/stored-gate.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { dueAfter, oneAtATime } from './slots.ts'
import type { Tables } from './tables.ts'

type NewAudit = Pick<StoredAudit, 'gate' | 'requester' | 'margin' | 'testSet'> & {
  /** Milliseconds from its beginning, or from when the one before it is told, until it is; null: nobody waits. */
  every: number | null
}

/** One beginning of it: who was left over from an earlier one ends nothing. */
type Begun = Pick<StoredAudit, 'gate' | 'startedAt'>

export type AuditEnd = Pick<
  StoredAudit,
  'passed' | 'measures' | 'walls' | 'gateDelta' | 'gateSe' | 'auditDelta' | 'auditSe'
>

type ListedAudit = StoredAudit & {
  candidate: string
  generation: string
  /** False of versions that nobody had merged, which were once looked at, too. */
  merged: boolean
}

/** Looks at the split `audit`, one for each gate; what has ended with a result never changes. */
export type GateAudits = {
  /** Begins one, or again what ended without a result; else it stays as it is, and this is false. */
  start(audit: NewAudit): Promise<boolean>
  /** The same, to be written with something else. */
  startSteps(audit: NewAudit): Step[]
  get(gate: string): Promise<StoredAudit | null>
  /** Its candidate reads hidden examples from now on. False when it has ended. */
  showCandidate(begun: Begun): Promise<boolean>
  /** Keeps under which keys it asks models. False when it has ended. */
  ask(begun: Begun, asked: GateMeasures): Promise<boolean>
  /** Ends it without a result, and says why. False when it had ended before. @param steps written with it */
  fail(begun: Begun, fault: string, steps?: Step[]): Promise<boolean>
  /** False when it had ended before. @param steps written with it */
  finish(begun: Begun, end: AuditEnd, steps?: Step[]): Promise<boolean>
  /**
   * Oldest first, with the version that was looked at, and the test set that the one of its gate came from; at most
   * 10,000 of the newest.
   */
  list(): Promise<ListedAudit[]>
  /** Those that have not ended, oldest first. */
  running(): Promise<StoredAudit[]>
}

const mostListed = 10_000

export function createGateAudits(context: StoreContext): GateAudits {
  const { database, now } = context
  const { kysely, atomically } = database
  const running = ({ gate, startedAt }: Begun) =>
    kysely
      .updateTable('gate_audits')
      .where('gate', '=', gate)
      .where('started_at', '=', startedAt)
      .where('state', '=', 'running')
      .where('fault', 'is', null)
  const write = async (query: Step['query'], steps: Step[] = []): Promise<boolean> =>
    (await atomically([{ query, required: true }, ...steps])) !== null
  return {
    async start(audit) {
      const query = startOf(context, audit)
      return (
        (await atomically([...oneAtATime(context.database), { query, required: true }])) !== null
      )
    },
    startSteps: (audit) => [...oneAtATime(context.database), { query: startOf(context, audit) }],
    async get(gate) {
      const row = await kysely
        .selectFrom('gate_audits')
        .selectAll()
        .where('gate', '=', gate)
        .executeTakeFirst()
      return row === undefined ? null : auditOf(row)
    },
    showCandidate: (begun) => write(running(begun).set({ candidate_at: now() })),
    ask: (begun, asked) => write(running(begun).set({ asked: canonicalJson(asked) })),
    fail: (begun, fault, steps) => write(running(begun).set({ fault, ended_at: now() }), steps),
    finish: (begun, end, steps) =>
      write(running(begun).set({ state: 'done', ...columnsOf(end), ended_at: now() }), steps),
    ...createLists(context),
  }
}

function startOf(
  { database: { kysely }, now }: StoreContext,
  { testSet, every, ...audit }: NewAudit,
) {
  const time = now()
  const due_at = dueAfter('gate_audits', { now: time, every })
  return kysely
    .insertInto('gate_audits')
    .values({
      ...audit,
      test_set: testSet,
      state: 'running',
      started_at: time,
      due_at,
      merged: 1,
    })
    .onConflict((conflict) =>
      conflict
        .column('gate')
        .doUpdateSet((eb) => ({
          requester: eb.ref('excluded.requester'),
          started_at: eb.ref('excluded.started_at'),
          due_at: eb.ref('excluded.due_at'),
          fault: null,
          ended_at: null,
          candidate_at: null,
          merged: 1,
        }))
        .where('gate_audits.state', '=', 'running')
        .where('gate_audits.fault', 'is not', null),
    )
}

function createLists({ database: { kysely } }: StoreContext): Pick<GateAudits, 'list' | 'running'> {
  return {
    async list() {
      const rows = await kysely
        .selectFrom('gate_audits')
        .innerJoin('gates', 'gates.id', 'gate_audits.gate')
        .leftJoin('test_set_generations as g', 'g.test_set', 'gate_audits.test_set')
        .selectAll('gate_audits')
        .select(['gates.candidate', 'g.generation'])
        .orderBy('gate_audits.started_at', 'desc')
        .orderBy('gate_audits.gate', 'desc')
        .limit(mostListed)
        .execute()
      return rows.map(listed).toReversed()
    },
    async running() {
      const rows = await kysely
        .selectFrom('gate_audits')
        .selectAll()
        .where('state', '=', 'running')
        .where('fault', 'is', null)
        .orderBy('started_at')
        .orderBy('gate')
        .execute()
      return rows.map(auditOf)
    },
  }
}

type ListedRow = Selectable<Tables['gate_audits']> & {
  candidate: string
  generation: string | null
}

function listed({ candidate, generation, merged, ...row }: ListedRow): ListedAudit {
  const audit = auditOf(row)
  return { ...audit, candidate, generation: generation ?? audit.testSet, merged: merged === 1 }
}

function columnsOf({ passed, measures, walls, gateDelta, gateSe, auditDelta, auditSe }: AuditEnd) {
  return {
    walls: walls === null ? null : canonicalJson(walls),
    passed: passed === null ? null : Number(passed),
    measures: measures === null ? null : canonicalJson(measures),
    gate_delta: gateDelta,
    gate_se: gateSe,
    audit_delta: auditDelta,
    audit_se: auditSe,
  }
}

function auditOf(row: Omit<Selectable<Tables['gate_audits']>, 'merged'>): StoredAudit {
  return StoredAudit.parse({
    ...row,
    passed: row.passed === null ? null : row.passed === 1,
    measures: row.measures === null ? null : JSON.parse(row.measures),
    asked: row.asked === null ? null : JSON.parse(row.asked),
    gateDelta: row.gate_delta,
    gateSe: row.gate_se,
    auditDelta: row.audit_delta,
    auditSe: row.audit_se,
    testSet: row.test_set,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    dueAt: row.due_at,
    candidateAt: row.candidate_at,
    walls: row.walls === null ? null : JSON.parse(row.walls),
  })
}
