import { type InsertObject, type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import { canonicalJson } from '../lib/content-hash.ts'
import { type GateCharge, GateMeasure, StoredGate } from '../schema/stored-gate.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { packJson, unpackJson } from './packed-json.ts'
import { flag, type NewestFirst, newestFirst } from './row-columns.ts'
import { dueAfter, oneAtATime } from './slots.ts'
import type { Tables } from './tables.ts'
import { generationOf, isOfGeneration } from './test-set-generations.ts'

export type NewGate = Pick<
  StoredGate,
  | 'id'
  | 'author'
  | 'flow'
  | 'candidate'
  | 'baseline'
  | 'anchor'
  | 'dataset'
  | 'testSet'
  | 'models'
  | 'look'
  | 'policy'
  | 'walls'
  | 'solo'
  | 'requester'
> & {
  /** Milliseconds from the question to the answer, or from the answer before it; null: nobody waits. */
  every: number | null
}

/** How many gates there may be with one that is begun, itself among them; left out, any number. */
type GateBounds = {
  /** Of its author, which are not answered at their fixed time. */
  waiting?: number
  /** Of its author about its version, which have not ended. */
  running?: number
}

/** What is known of a gate while it runs. */
type GateProgress = Pick<StoredGate, 'hashes' | 'key' | 'charge' | 'candidateAt' | 'asked'>

/** What is known when a gate ends. */
export type GateEnd = Pick<
  StoredGate,
  'verdict' | 'cause' | 'reasons' | 'hashes' | 'measures' | 'key' | 'walls' | 'charge'
> & { endedAt: number; answerAt: number; receipt: string }

type GateFilter = NewestFirst & {
  author?: string
  /** The version that was asked about. */
  candidate?: string
}

/** What equal questions are about. */
type GateContent = Pick<StoredGate, 'look'> & {
  key: string
  /** Whether those that were asked in solo mode count, too. */
  solo: boolean
}

/** Questions to the gate; one that has ended never changes. */
export type Gates = {
  /**
   * Twice with one id is one gate. It is answered so long after the last of those that were asked before it, or
   * after now; so when, tells how many were asked and nothing of how long they took.
   * @returns null where it would be one too many, however many begin at once
   */
  start(gate: NewGate, bounds?: GateBounds): Promise<StoredGate | null>
  /** False when it has ended. */
  progress(id: string, known: Partial<GateProgress>): Promise<boolean>
  get(id: string): Promise<StoredGate | null>
  /** Newest first. */
  list(filter: GateFilter): Promise<StoredGate[]>
  /** In the order in which they were asked. */
  running(): Promise<StoredGate[]>
  /** Everybody who has asked about each of these versions. */
  askersOf(candidates: readonly string[]): Promise<Map<string, Set<string>>>
  /** False when it had ended before. */
  finish(id: string, end: GateEnd): Promise<boolean>
  /** The last one that ended with a verdict on the same content after as many looks. */
  decided(content: GateContent): Promise<StoredGate | null>
  /** The last one on the same content, after as many looks, that was told as `quality` without a verdict. */
  undecided(content: GateContent): Promise<StoredGate | null>
  measure(key: string): Promise<GateMeasure | null>
  /** What is kept under the key already stays. */
  keepMeasure(key: string, measure: GateMeasure): Promise<void>
  /** In order; those of a test set are a few. */
  charges(testSet: string): Promise<GateCharge[]>
  /** False when the number is taken, or the content was paid for meanwhile. */
  charge(charge: Omit<GateCharge, 'chargedAt'>): Promise<boolean>
  /** Asked on the test set by whomever, and not answered at `now` (UTC epoch milliseconds). */
  unanswered(testSet: string, now: number): Promise<Pick<StoredGate, 'id' | 'author'>[]>
  /** What was paid for this content and look, on whichever test set. */
  paid(key: string, look: number): Promise<GateCharge | null>
}

export function createGates(context: StoreContext): Gates {
  const { kysely, atomically } = context.database
  const get = async (id: string): Promise<StoredGate | null> => {
    const row = await kysely.selectFrom('gates').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : gateOf(row)
  }
  return {
    get,
    async start(gate, bounds = {}) {
      const now = context.now()
      const query = kysely
        .insertInto('gates')
        .values(rowOf(gate, now))
        .onConflict((conflict) => conflict.column('id').doNothing())
      const room = roomSteps(kysely, gate, { ...bounds, now })
      await atomically([...oneAtATime(context.database), ...room, { query }])
      return get(gate.id)
    },
    async progress(id, { hashes, key, charge, candidateAt, asked }) {
      const query = kysely
        .updateTable('gates')
        .set({
          ...(hashes !== undefined && { hashes: jsonOf(hashes) }),
          ...(key !== undefined && { content_key: key }),
          ...(charge !== undefined && { charge }),
          ...(candidateAt !== undefined && { candidate_at: candidateAt }),
          ...(asked !== undefined && { asked: jsonOf(asked) }),
        })
        .where('id', '=', id)
        .where('state', '=', 'running')
      return (await atomically([{ query, required: true }])) !== null
    },
    async finish(id, end) {
      const query = kysely
        .updateTable('gates')
        .set(endOf(end))
        .where('id', '=', id)
        .where('state', '=', 'running')
      return (await atomically([{ query, required: true }])) !== null
    },
    ...createLists(context),
    ...createDecisions(context),
    ...createMeasures(context),
    ...createCharges(context),
  }
}

/** Each undoes all where there is no room for one more. */
function roomSteps(
  kysely: Kysely<Tables>,
  { author, candidate }: Pick<NewGate, 'author' | 'candidate'>,
  { waiting, running, now }: GateBounds & { now: number },
): Step[] {
  const asked = kysely
    .selectFrom('gates')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('author', '=', author)
  const unended = asked.where('candidate', '=', candidate).where('state', '=', 'running')
  const bounds = [
    { count: asked.where('due_at', '>', now), atMost: waiting },
    { count: unended, atMost: running },
  ]
  return bounds.flatMap(({ count, atMost }) => {
    if (atMost === undefined) return []
    const room = kysely.selectNoFrom(sql`1`.as('room')).where(count, '<', atMost)
    return [{ query: room, required: true }]
  })
}

function createLists({
  database: { kysely },
}: StoreContext): Pick<Gates, 'list' | 'running' | 'askersOf' | 'unanswered'> {
  return {
    async unanswered(testSet, now) {
      return kysely
        .selectFrom('gates')
        .select(['id', 'author'])
        .where(isOfGeneration('test_set', testSet))
        .where(sql<boolean>`coalesce(due_at, answer_at, ${now + 1}) > ${now}`)
        .execute()
    },
    async askersOf(candidates) {
      if (candidates.length === 0) return new Map()
      const rows = await kysely
        .selectFrom('gates')
        .select(['candidate', 'author'])
        .distinct()
        .where('candidate', 'in', candidates)
        .execute()
      const byCandidate = Map.groupBy(rows, ({ candidate }) => candidate)
      return new Map(
        [...byCandidate].map(([candidate, own]) => [
          candidate,
          new Set(own.map(({ author }) => author)),
        ]),
      )
    },
    async running() {
      const rows = await kysely
        .selectFrom('gates')
        .selectAll()
        // Not a parameter: the index is of these rows alone.
        .where('state', '=', sql.lit('running'))
        .orderBy('started_at')
        .orderBy('id')
        .execute()
      return rows.map(gateOf)
    },
    async list({ author, candidate, ...page }) {
      const rows = await kysely
        .selectFrom('gates')
        .selectAll()
        .$if(author !== undefined, (query) => query.where('author', '=', author ?? ''))
        .$if(candidate !== undefined, (query) => query.where('candidate', '=', candidate ?? ''))
        .$call((query) => newestFirst(query, page))
        .execute()
      return rows.map(gateOf)
    },
  }
}

function createDecisions({
  database: { kysely },
}: StoreContext): Pick<Gates, 'decided' | 'undecided'> {
  const ended = ({ key, look, solo }: GateContent) =>
    kysely
      .selectFrom('gates')
      .selectAll()
      .where('content_key', '=', key)
      .where('look', '=', look)
      .where('state', '=', 'done')
      .$if(!solo, (query) => query.where('solo', '=', flag(false)))
      .limit(1)
  return {
    async decided(content) {
      const row = await ended(content)
        .where('measures', 'is not', null)
        .orderBy('started_at', 'desc')
        .orderBy('id', 'desc')
        .executeTakeFirst()
      return row === undefined ? null : gateOf(row)
    },
    async undecided(content) {
      const row = await ended(content)
        .where('measures', 'is', null)
        .where('cause', '=', 'quality')
        .orderBy('started_at', 'desc')
        .orderBy('id', 'desc')
        .executeTakeFirst()
      return row === undefined ? null : gateOf(row)
    },
  }
}

function createMeasures({
  database: { kysely, atomically },
  now,
}: StoreContext): Pick<Gates, 'measure' | 'keepMeasure'> {
  return {
    async measure(key) {
      const row = await kysely
        .selectFrom('gate_measures')
        .select('content')
        .where('content_key', '=', key)
        .executeTakeFirst()
      return row === undefined ? null : GateMeasure.parse(await unpackJson(row.content))
    },
    async keepMeasure(key, measure) {
      const row = {
        content_key: key,
        content: await packJson(measure),
        measured_at: now(),
      }
      const query = kysely
        .insertInto('gate_measures')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
      await atomically([{ query }])
    },
  }
}

function createCharges({
  database: { kysely, atomically },
  now,
}: StoreContext): Pick<Gates, 'charges' | 'charge' | 'paid'> {
  return {
    async charges(testSet) {
      const rows = await kysely
        .selectFrom('gate_charges')
        .selectAll()
        .where('test_set', '=', generationOf(testSet))
        .orderBy('sequence')
        .execute()
      return rows.map(chargeOf)
    },
    async charge({ testSet, key, ...charge }) {
      const query = kysely
        .insertInto('gate_charges')
        .values({ ...charge, test_set: generationOf(testSet), content_key: key, charged_at: now() })
        .onConflict((conflict) => conflict.doNothing())
      return (await atomically([{ query, required: true }])) !== null
    },
    async paid(key, look) {
      const row = await kysely
        .selectFrom('gate_charges')
        .selectAll()
        .where('content_key', '=', key)
        .where('look', '=', look)
        .executeTakeFirst()
      return row === undefined ? null : chargeOf(row)
    },
  }
}

function rowOf(gate: NewGate, time: number): InsertObject<Tables, 'gates'> {
  const { testSet, walls, solo, every, ...same } = gate
  return {
    ...same,
    due_at: dueAfter('gates', { now: time, every }),
    test_set: testSet,
    walls: canonicalJson(walls),
    solo: flag(solo),
    state: 'running',
    reasons: '[]',
    started_at: time,
  }
}

const jsonOf = (value: unknown): string | null => (value === null ? null : canonicalJson(value))

function endOf(end: GateEnd): Updateable<Tables['gates']> {
  const { hashes, measures, walls, reasons, key, endedAt, answerAt, ...same } = end
  return {
    ...same,
    state: 'done',
    content_key: key,
    reasons: canonicalJson(reasons),
    hashes: jsonOf(hashes),
    measures: jsonOf(measures),
    walls: canonicalJson(walls),
    ended_at: endedAt,
    answer_at: answerAt,
  }
}

function gateOf(row: Selectable<Tables['gates']>): StoredGate {
  const parsed = (text: string | null): unknown => (text === null ? null : JSON.parse(text))
  return StoredGate.parse({
    ...row,
    testSet: row.test_set,
    key: row.content_key,
    reasons: JSON.parse(row.reasons),
    hashes: parsed(row.hashes),
    measures: parsed(row.measures),
    asked: parsed(row.asked),
    walls: JSON.parse(row.walls),
    solo: row.solo === 1,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    dueAt: row.due_at,
    answerAt: row.answer_at,
    candidateAt: row.candidate_at,
  })
}

function chargeOf(row: Selectable<Tables['gate_charges']>): GateCharge {
  const { test_set: testSet, content_key: key, charged_at: chargedAt, ...same } = row
  return { ...same, testSet, key, chargedAt }
}
