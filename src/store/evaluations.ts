import type { Kysely, Selectable } from 'kysely'
import { UserFacingError } from '../lib/errors.ts'
import { EvaluationRun } from '../schema/evaluation.ts'
import type { StoredError } from '../schema/stored-error.ts'
import { StoredEvaluation } from '../schema/stored-evaluation.ts'
import type { StoreContext } from './context.ts'
import { packJson, unpackJson } from './packed-json.ts'
import { errorColumns, errorOf, isBefore } from './row-columns.ts'
import type { Tables } from './tables.ts'

type NewEvaluation = Pick<
  StoredEvaluation,
  'id' | 'requester' | 'flowVersion' | 'dataset' | 'datasetHash'
>

/** Evaluations; one that has ended never changes. */
export type Evaluations = {
  /** Twice with one id is one evaluation. */
  start(evaluation: NewEvaluation): Promise<StoredEvaluation>
  /** False when it had ended before. */
  finish(id: string, run: EvaluationRun): Promise<boolean>
  fail(id: string, outcome: { state: 'failed' | 'stopped'; error?: StoredError }): Promise<boolean>
  get(id: string): Promise<StoredEvaluation | null>
  /** Its counts; null until it is done. */
  run(id: string): Promise<EvaluationRun | null>
  /** Newest first. */
  list(filter: {
    before?: { startedAt: number; id: string }
    limit: number
  }): Promise<StoredEvaluation[]>
}

export function createEvaluations(context: StoreContext): Evaluations {
  const { kysely, atomically } = context.database
  const get = async (id: string): Promise<StoredEvaluation | null> => {
    const row = await kysely
      .selectFrom('evaluations')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? null : evaluationOf(row)
  }
  return {
    get,
    async start(evaluation) {
      await atomically([{ query: insertEvaluation(kysely, evaluation, context.now()) }])
      const stored = await get(evaluation.id)
      if (stored !== null) return stored
      throw new UserFacingError('evaluation-not-found', 'The evaluation was not kept.')
    },
    finish: (id, run) => finish(context, id, run),
    async fail(id, { state, error = null as StoredError | null }) {
      const query = running(kysely, id).set({
        state,
        ended_at: context.now(),
        ...errorColumns(error),
      })
      return (await atomically([{ query, required: true }])) !== null
    },
    async run(id) {
      const row = await kysely
        .selectFrom('evaluation_runs')
        .select('content')
        .where('evaluation', '=', id)
        .executeTakeFirst()
      return row === undefined ? null : EvaluationRun.parse(await unpackJson(row.content))
    },
    async list({ before, limit }) {
      const rows = await kysely
        .selectFrom('evaluations')
        .selectAll()
        .$if(before !== undefined, (query) =>
          query.where(isBefore(['started_at', 'id'], [before?.startedAt ?? 0, before?.id ?? ''])),
        )
        .orderBy('started_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return rows.map(evaluationOf)
    },
  }
}

function insertEvaluation(kysely: Kysely<Tables>, evaluation: NewEvaluation, time: number) {
  return kysely
    .insertInto('evaluations')
    .values({
      id: evaluation.id,
      state: 'running',
      requester: evaluation.requester,
      flow_version: evaluation.flowVersion,
      dataset: evaluation.dataset,
      dataset_hash: evaluation.datasetHash,
      started_at: time,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
}

async function finish(context: StoreContext, id: string, run: EvaluationRun): Promise<boolean> {
  const { kysely, atomically } = context.database
  const content = await packJson(run)
  const { evaluation, policy, subject } = run.hashes
  const end = running(kysely, id).set({
    state: 'done',
    ended_at: context.now(),
    evaluation_hash: evaluation,
    policy_hash: policy,
    subject_hash: subject,
    documents: run.documents.length,
    repeats: run.documents[0]?.repeats.length ?? null,
  })
  const results = await atomically([
    { query: end, required: true },
    { query: kysely.insertInto('evaluation_runs').values({ evaluation: id, content }) },
  ])
  return results !== null
}

function running(kysely: Kysely<Tables>, id: string) {
  return kysely.updateTable('evaluations').where('id', '=', id).where('state', '=', 'running')
}

function evaluationOf(row: Selectable<Tables['evaluations']>): StoredEvaluation {
  return StoredEvaluation.parse({
    ...row,
    flowVersion: row.flow_version,
    datasetHash: row.dataset_hash,
    evaluationHash: row.evaluation_hash,
    policyHash: row.policy_hash,
    subjectHash: row.subject_hash,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    error: errorOf(row),
  })
}
