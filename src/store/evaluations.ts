import type { Kysely, Selectable, Updateable } from 'kysely'
import type { z } from 'zod'
import { canonicalJson } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { Split } from '../schema/access.ts'
import { EvaluationRun } from '../schema/evaluation.ts'
import { EvaluationDetails } from '../schema/evaluation-details.ts'
import type { Walls } from '../schema/gate-settings.ts'
import type { StoredError } from '../schema/stored-error.ts'
import { StoredEvaluation } from '../schema/stored-evaluation.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { packJson, unpackJson } from './packed-json.ts'
import { errorColumns, errorOf, type NewestFirst, newestFirst } from './row-columns.ts'
import type { Tables } from './tables.ts'

type NewEvaluation = Pick<
  StoredEvaluation,
  | 'id'
  | 'requester'
  | 'flowVersion'
  | 'dataset'
  | 'datasetHash'
  | 'agents'
  | 'repeats'
  | 'environment'
>

type EvaluationFilter = NewestFirst & {
  dataset?: string
  datasetHash?: string
  state?: StoredEvaluation['state']
}

/** Evaluations on one split; one that has ended never changes. */
export type Evaluations = {
  /** Twice with one id is one evaluation. */
  start(evaluation: NewEvaluation): Promise<StoredEvaluation>
  /** Which job does it. */
  setJob(id: string, job: string): Promise<boolean>
  /** What keeps its flow apart. False when it has ended. */
  setWalls(id: string, walls: Walls): Promise<boolean>
  /** How many of its runs over a document are done. False when it has ended. */
  progress(id: string, runs: { done: number; all: number }): Promise<boolean>
  /** False when it had ended before. */
  finish(id: string, run: EvaluationRun, details?: EvaluationDetails): Promise<boolean>
  /** One that was run somewhere else, all of it or nothing; twice with one id is one. */
  keep(
    evaluation: NewEvaluation & Pick<StoredEvaluation, 'startedAt' | 'walls'>,
    run: EvaluationRun,
    details: EvaluationDetails,
  ): Promise<void>
  fail(id: string, outcome: { state: 'failed' | 'stopped'; error?: StoredError }): Promise<boolean>
  get(id: string): Promise<StoredEvaluation | null>
  /** Its counts; null until it is done. */
  run(id: string): Promise<EvaluationRun | null>
  /** Null until it is done, and of one that was kept without. */
  details(id: string): Promise<EvaluationDetails | null>
  /** Newest first. */
  list(filter: EvaluationFilter): Promise<StoredEvaluation[]>
}

/** Of other splits it knows nothing: to whoever has it they are as if they were not there. */
export function createEvaluations(context: StoreContext, split: Split): Evaluations {
  const { kysely, atomically } = context.database
  const reads = createEvaluationReads(kysely, split)
  const running = (id: string) =>
    kysely
      .updateTable('evaluations')
      .where('id', '=', id)
      .where('split', '=', split)
      .where('state', '=', 'running')
  const update = async (id: string, values: Updateable<Tables['evaluations']>) =>
    (await atomically([{ query: running(id).set(values), required: true }])) !== null
  const endQuery = (id: string, run: EvaluationRun) =>
    running(id).set((row) => ({ ...endOf(run, context.now()), runs_done: row.ref('runs') }))
  const endSteps = async (id: string, { run, details }: Measured): Promise<Step[]> => [
    { query: endQuery(id, run), required: true },
    ...(await contentSteps(kysely, id, { run, details })),
  ]
  return {
    ...reads,
    async start(evaluation) {
      await atomically([
        { query: insertEvaluation(kysely, { ...evaluation, split }, context.now()) },
      ])
      const stored = await reads.get(evaluation.id)
      if (stored !== null) return stored
      throw new UserFacingError('evaluation-not-found', 'The evaluation was not kept.')
    },
    setJob: (id, job) => update(id, { job }),
    setWalls: (id, walls) => update(id, { walls: canonicalJson(walls) }),
    progress: (id, { done, all }) => update(id, { runs_done: done, runs: all }),
    async finish(id, run, details) {
      return (await atomically(await endSteps(id, { run, details }))) !== null
    },
    async keep({ startedAt, ...evaluation }, run, details) {
      const start = {
        query: insertEvaluation(kysely, { ...evaluation, split }, startedAt),
        required: true,
      }
      await atomically([start, ...(await endSteps(evaluation.id, { run, details }))])
    },
    fail: (id, { state, error = null as StoredError | null }) =>
      update(id, { state, ended_at: context.now(), ...errorColumns(error) }),
  }
}

export type EvaluationReads = Pick<Evaluations, 'get' | 'run' | 'details' | 'list'>

/** What reads, and nothing else: it may be done by a role that can do no more. */
export function createEvaluationReads(kysely: Kysely<Tables>, split: Split): EvaluationReads {
  return {
    async get(id) {
      const row = await kysely
        .selectFrom('evaluations')
        .selectAll()
        .where('id', '=', id)
        .where('split', '=', split)
        .executeTakeFirst()
      return row === undefined ? null : evaluationOf(row)
    },
    run: (id) => unpacked(kysely, { table: 'evaluation_runs', id, split, schema: EvaluationRun }),
    details: (id) =>
      unpacked(kysely, { table: 'evaluation_details', id, split, schema: EvaluationDetails }),
    async list({ dataset, datasetHash, state, ...page }) {
      const rows = await kysely
        .selectFrom('evaluations')
        .selectAll()
        .where('split', '=', split)
        .$if(dataset !== undefined, (query) => query.where('dataset', '=', dataset ?? ''))
        .$if(datasetHash !== undefined, (query) =>
          query.where('dataset_hash', '=', datasetHash ?? ''),
        )
        .$if(state !== undefined, (query) => query.where('state', '=', state ?? ''))
        .$call((query) => newestFirst(query, page))
        .execute()
      return rows.map(evaluationOf)
    },
  }
}

type Packed<T> = {
  table: 'evaluation_runs' | 'evaluation_details'
  id: string
  split: Split
  schema: z.ZodType<T>
}

async function unpacked<T>(
  kysely: Kysely<Tables>,
  { table, id, split, schema }: Packed<T>,
): Promise<T | null> {
  const row = await kysely
    .selectFrom(table)
    .innerJoin('evaluations', 'evaluations.id', `${table}.evaluation`)
    .select('content')
    .where('evaluation', '=', id)
    .where('evaluations.split', '=', split)
    .executeTakeFirst()
  return row === undefined ? null : schema.parse(await unpackJson(row.content))
}

function insertEvaluation(
  kysely: Kysely<Tables>,
  evaluation: NewEvaluation & { split: Split; walls?: Walls | null },
  time: number,
) {
  const { agents, walls = null } = evaluation
  return kysely
    .insertInto('evaluations')
    .values({
      id: evaluation.id,
      split: evaluation.split,
      state: 'running',
      requester: evaluation.requester,
      flow_version: evaluation.flowVersion,
      dataset: evaluation.dataset,
      dataset_hash: evaluation.datasetHash,
      agents: agents === null ? null : JSON.stringify(agents),
      repeats: evaluation.repeats,
      environment: evaluation.environment,
      walls: walls === null ? null : canonicalJson(walls),
      started_at: time,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
}

type Measured = { run: EvaluationRun; details?: EvaluationDetails }

function endOf(run: EvaluationRun, time: number): Updateable<Tables['evaluations']> {
  const { evaluation, policy, subject } = run.hashes
  return {
    state: 'done',
    ended_at: time,
    evaluation_hash: evaluation,
    policy_hash: policy,
    subject_hash: subject,
    documents: run.documents.length,
    repeats: run.documents[0]?.repeats.length ?? null,
  }
}

async function contentSteps(
  kysely: Kysely<Tables>,
  id: string,
  { run, details }: Measured,
): Promise<Step[]> {
  const parts = [
    { table: 'evaluation_runs' as const, value: run },
    ...(details === undefined ? [] : [{ table: 'evaluation_details' as const, value: details }]),
  ]
  const inserts = parts.map(async ({ table, value }) => ({
    query: kysely.insertInto(table).values({ evaluation: id, content: await packJson(value) }),
  }))
  return Promise.all(inserts)
}

function evaluationOf(row: Selectable<Tables['evaluations']>): StoredEvaluation {
  return StoredEvaluation.parse({
    ...row,
    flowVersion: row.flow_version,
    datasetHash: row.dataset_hash,
    evaluationHash: row.evaluation_hash,
    policyHash: row.policy_hash,
    subjectHash: row.subject_hash,
    walls: row.walls === null ? null : JSON.parse(row.walls),
    agents: row.agents === null ? null : JSON.parse(row.agents),
    runs: row.runs === null ? null : { done: row.runs_done ?? 0, all: row.runs },
    startedAt: row.started_at,
    endedAt: row.ended_at,
    error: errorOf(row),
  })
}
