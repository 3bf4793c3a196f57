import type { Kysely } from 'kysely'
import { contentHash } from '../lib/content-hash.ts'
import { GateCall } from '../schema/stored-gate-call.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { gatherWrites } from './gather-writes.ts'
import { createInsertRows } from './insert-rows.ts'
import { packJson, unpackJson } from './packed-json.ts'
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
  call: GateCall
}

type Wanted = Omit<Place, 'measure'> & { measures: readonly string[] }

/** What gated runs asked of models. */
export type GateCalls = {
  /** The same of one run over an example is kept once. Those that come while others are written go together. */
  put(call: NewGateCall): Promise<void>
  /** Of one run over an example, in the order in which it asked. */
  list(wanted: Wanted): Promise<GateCall[]>
}

export function createGateCalls({ database, now }: StoreContext): GateCalls {
  const { kysely, atomically } = database
  const insertRows = createInsertRows(database)
  async function putAll(calls: NewGateCall[]): Promise<void> {
    const time = now()
    const rows = await Promise.all(
      calls.map(async ({ measure, dataset, example, repeat, sequence, call }) => {
        // Whether a model was asked depends on what was asked before: a run that goes on asks the same.
        const { isKept: _, ...asked } = call
        const id = contentHash([measure, dataset, example, repeat, asked])
        const content = await packJson(call)
        return { id, measure, dataset, example, repeat, sequence, content, asked_at: time }
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
  return {
    put: gatherWrites(putAll),
    async list({ measures, dataset, example, repeat }) {
      if (measures.length === 0) return []
      const rows = await kysely
        .selectFrom('gate_calls')
        .select('content')
        .where('dataset', '=', dataset)
        .where('example', '=', example)
        .where('measure', 'in', measures)
        .where('repeat', '=', repeat)
        .orderBy('sequence')
        .orderBy('id')
        .execute()
      return Promise.all(rows.map(async ({ content }) => GateCall.parse(await unpackJson(content))))
    },
  }
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
