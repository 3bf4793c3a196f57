import type { Kysely } from 'kysely'
import { contentHash } from '../lib/content-hash.ts'
import { GateCall } from '../schema/stored-gate-call.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { gatherWrites } from './gather-writes.ts'
import { createInsertRows } from './insert-rows.ts'
import { packText, unpackJson } from './packed-json.ts'
import { batches } from './row-columns.ts'
import type { Tables } from './tables.ts'

type Place = {
  /** Key of what was measured. */
  measure: string
  dataset: string
  /** Its id in the dataset. */
  example: string
  /** Number of the run over it, from 0. */
  repeat: number
}

export type NewGateCall = Place & {
  /** In which order it was asked. */
  sequence: number
  /** How many equal ones there were before it in the run; left out, none. */
  before?: number
  call: GateCall
}

type Measured = Pick<Place, 'dataset'> & { measures: readonly string[] }
type Wanted = Measured &
  Pick<Place, 'example' | 'repeat'> & {
    /** How many are passed over. */
    after: number
  }

/** Of one run over an example, how many calls there are. */
export type CountedCalls = Omit<Place, 'dataset'> & { calls: number }

/** What gated runs asked of models. */
export type GateCalls = {
  /** The same of one run over an example is kept once. Those that come while others are written go together, in parts. */
  put(call: NewGateCall): Promise<void>
  /**
   * Of one run over an example, in the order in which it asked: as many as are read at a time.
   * @returns `next` is what to pass over for those after them; null when there are none
   */
  list(wanted: Wanted): Promise<{ items: GateCall[]; next: number | null }>
  /** Of all that was asked under some keys, by example and run. */
  count(measured: Measured): Promise<CountedCalls[]>
}

/** Read at a time. Flows choose how much they ask; one call is read whole, however long it is. */
const most = { calls: 200, characters: 4_000_000 }

export function createGateCalls({ database, now }: StoreContext): GateCalls {
  const { kysely, atomically } = database
  const insertRows = createInsertRows(database)
  async function putAll(calls: NewGateCall[]): Promise<void> {
    for (const some of batches(calls)) await putSome(some)
  }
  async function putSome(calls: NewGateCall[]): Promise<void> {
    const time = now()
    const rows = await Promise.all(
      calls.map(async ({ measure, dataset, example, repeat, sequence, before = 0, call }) => {
        // Whether a model was asked depends on what was asked before: a run that goes on asks the same.
        const { isKept: _, ...asked } = call
        const again = before === 0 ? [] : [before]
        const id = contentHash([measure, dataset, example, repeat, asked, ...again])
        const json = JSON.stringify(call)
        const size = json.length
        const content = await packText(json)
        return { id, measure, dataset, example, repeat, sequence, content, asked_at: time, size }
      }),
    )
    await atomically([
      ...insertRows('gate_calls', rows, { unlessThere: true }),
      deleteLate(
        kysely,
        rows.map(({ id }) => id),
      ),
    ])
  }
  return { put: gatherWrites(putAll), ...createCallReads(database) }
}

function createCallReads({
  kysely,
}: Pick<StoreContext['database'], 'kysely'>): Pick<GateCalls, 'list' | 'count'> {
  return {
    async list({ measures, dataset, example, repeat, after }) {
      if (measures.length === 0) return { items: [], next: null }
      const found = await kysely
        .selectFrom('gate_calls')
        .select(['id', 'size'])
        .where('dataset', '=', dataset)
        .where('example', '=', example)
        .where('measure', 'in', measures)
        .where('repeat', '=', repeat)
        // What is measured once more under a key counts from 0 again.
        .orderBy('asked_at')
        .orderBy('sequence')
        .orderBy('id')
        .offset(after)
        .limit(most.calls + 1)
        .execute()
      const size = atATime(found)
      const items = await readAll(
        kysely,
        found.slice(0, size).map(({ id }) => id),
      )
      return { items, next: size < found.length ? after + size : null }
    },
    async count({ measures, dataset }) {
      if (measures.length === 0) return []
      const rows = await kysely
        .selectFrom('gate_calls')
        .select(['example', 'measure', 'repeat'])
        .select(({ fn }) => fn.countAll().as('calls'))
        .where('dataset', '=', dataset)
        .where('measure', 'in', measures)
        .groupBy(['example', 'measure', 'repeat'])
        .orderBy('example')
        .orderBy('measure')
        .orderBy('repeat')
        .execute()
      return rows.map((row) => ({ ...row, calls: Number(row.calls) }))
    },
  }
}

/** How many of them are read, at least one where there is one. */
function atATime(found: readonly { size: number }[]): number {
  let sum = 0
  const end = found.findIndex(({ size }, index) => {
    sum += size
    return index > 0 && (index >= most.calls || sum > most.characters)
  })
  return end === -1 ? found.length : end
}

async function readAll(kysely: Kysely<Tables>, ids: readonly string[]): Promise<GateCall[]> {
  if (ids.length === 0) return []
  const rows = await kysely
    .selectFrom('gate_calls')
    .select(['id', 'content'])
    .where('id', 'in', ids)
    .execute()
  const contents = new Map(rows.map(({ id, content }) => [id, content]))
  const found = ids.flatMap((id) => contents.get(id) ?? [])
  return Promise.all(found.map(async (content) => GateCall.parse(await unpackJson(content))))
}

/** What was asked about examples that were made of a document, before it is forgotten. */
export function forgetCallSteps(kysely: Kysely<Tables>, document: string): Step[] {
  const made = examplesOfDocuments(kysely).where('entry.source_document', '=', document)
  return [{ query: callsAbout(kysely, made) }]
}

/** Those that were on their way when their document was forgotten. */
function deleteLate(kysely: Kysely<Tables>, ids: string[]): Step {
  const forgotten = kysely.selectFrom('documents').select('id').where('state', '=', 'forgotten')
  const made = examplesOfDocuments(kysely).where('entry.source_document', 'in', forgotten)
  return { query: callsAbout(kysely, made).where('id', 'in', ids) }
}

function examplesOfDocuments(kysely: Kysely<Tables>) {
  return kysely
    .selectFrom('dataset_entries as entry')
    .innerJoin('dataset_versions as version', 'version.id', 'entry.version')
    .select(['version.dataset', 'entry.id'])
}

function callsAbout(kysely: Kysely<Tables>, examples: ReturnType<typeof examplesOfDocuments>) {
  return kysely
    .deleteFrom('gate_calls')
    .where((where) =>
      where(where.refTuple('dataset', 'example'), 'in', examples.$asTuple('dataset', 'id')),
    )
}
