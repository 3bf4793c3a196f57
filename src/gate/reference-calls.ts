import { UserFacingError } from '../lib/errors.ts'
import type { ReferencesAsked, ReferencesCalls } from '../schema/api/dataset-references.ts'
import type { StoredEvaluation } from '../schema/stored-evaluation.ts'
import type { Store } from '../store/store.ts'
import { evaluationKey } from './asked-keys.ts'
import { runsIn } from './gate-calls.ts'

type Reading = Pick<Store, 'testEvaluations' | 'gateCalls'>

/** Newest first. */
const mostMeasured = 500

/**
 * How much was asked of models while baseline and anchor were measured on `test`, for custodians.
 * @param evaluation the newest when left out
 * @throws UserFacingError evaluation-not-found
 */
export async function referencesAsked(
  store: Reading,
  { dataset, evaluation }: { dataset: string; evaluation?: string },
): Promise<ReferencesAsked> {
  const all = await store.testEvaluations.list({ dataset, limit: mostMeasured })
  const measurements = all.map((one) => ({
    id: one.id,
    version: one.flowVersion ?? '',
    state: one.state,
    startedAt: one.startedAt,
  }))
  const chosen = evaluation ?? measurements[0]?.id ?? null
  if (chosen === null) return { dataset, measurements, evaluation: null, items: [] }
  const { id } = await findMeasured(store, { dataset, evaluation: chosen })
  const counted = await store.gateCalls.count({ measures: [evaluationKey(id)], dataset })
  return { dataset, measurements, evaluation: id, items: runsIn(counted) }
}

type Wanted = Pick<ReferencesCalls, 'dataset' | 'evaluation' | 'document' | 'run'> & {
  after: number
}

/**
 * What was asked in one run over one hidden document, for custodians.
 * @throws UserFacingError evaluation-not-found
 */
export async function referencesCalls(
  store: Reading,
  { dataset, evaluation, document, run, after }: Wanted,
): Promise<ReferencesCalls> {
  const { id, flowVersion, repeats } = await findMeasured(store, { dataset, evaluation })
  const place = { measures: [evaluationKey(id)], dataset, example: document, repeat: run - 1 }
  const found = await store.gateCalls.list({ ...place, after })
  const version = flowVersion ?? ''
  return { dataset, evaluation, version, document, run, runs: repeats ?? 1, ...found }
}

/** @throws UserFacingError evaluation-not-found */
async function findMeasured(
  { testEvaluations }: Pick<Store, 'testEvaluations'>,
  { dataset, evaluation }: { dataset: string; evaluation: string },
): Promise<StoredEvaluation> {
  const found = await testEvaluations.get(evaluation)
  if (found !== null && found.dataset === dataset) return found
  throw new UserFacingError('evaluation-not-found', 'There is no such evaluation.')
}
