import { describe, expect, it } from 'vitest'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import { type CreatePlace, usingStore } from './contract-place.ts'
import { evaluationDetails, evaluationRun, newEvaluation } from './store-samples.ts'

export function describeEvaluationContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe('evaluations', () => {
    it(
      'keep their counts beside their facts and never change once they have ended',
      withStore(async ({ evaluations }) => {
        const id = timeOrderedId()
        const started = await evaluations.start(newEvaluation(id))
        expect(started).toMatchObject({ state: 'running', documents: null, agents: ['grammar'] })
        expect(started).toMatchObject({ repeats: 3, job: null, runs: null, environment: 'dev' })
        expect(await evaluations.run(id)).toBeNull()
        expect(await evaluations.setJob(id, 'job')).toBe(true)
        expect(await evaluations.progress(id, { done: 1, all: 6 })).toBe(true)
        expect(started.walls).toBeNull()
        const walls = { isolation: 'os', boundary: 'users' } as const
        expect(await evaluations.setWalls(id, walls)).toBe(true)
        expect(await evaluations.get(id)).toMatchObject({
          job: 'job',
          walls,
          runs: { done: 1, all: 6 },
        })
        expect(await evaluations.finish(id, evaluationRun, evaluationDetails)).toBe(true)
        expect(await evaluations.finish(id, evaluationRun)).toBe(false)
        expect(await evaluations.progress(id, { done: 2, all: 6 })).toBe(false)
        expect(await evaluations.setWalls(id, walls)).toBe(false)
        expect(await evaluations.details(id)).toEqual(evaluationDetails)
        expect(await evaluations.fail(id, { state: 'failed' })).toBe(false)
        expect(await evaluations.run(id)).toEqual(evaluationRun)
        expect(await evaluations.get(id)).toMatchObject({
          state: 'done',
          runs: { done: 6, all: 6 },
          documents: 1,
          repeats: 1,
          policyHash: 'policy',
        })
      }),
    )

    it('are listed newest first, page by page', async () => {
      await using place = await createPlace()
      let time = 1
      await using store = await place.open(() => time)
      const { evaluations } = store
      for (const id of ['c', 'a', 'b']) {
        time += 1
        await evaluations.start(newEvaluation(id))
      }
      const listed = async (before?: { startedAt: number; id: string }) =>
        (await evaluations.list({ limit: 9, before })).map(({ id }) => id)
      expect(await listed()).toEqual(['b', 'a', 'c'])
      expect(await listed({ startedAt: 4, id: 'b' })).toEqual(['a', 'c'])
      const error = { code: 'stopped', message: 'Somebody stopped it.' }
      expect(await evaluations.fail('b', { state: 'stopped', error })).toBe(true)
      expect(await evaluations.get('b')).toMatchObject({ state: 'stopped', error })
    })

    it(
      'are listed by dataset and by state',
      withStore(async ({ evaluations }) => {
        const ids = Array.from({ length: 3 }, () => timeOrderedId())
        for (const id of ids) await evaluations.start(newEvaluation(id))
        await evaluations.start({ ...newEvaluation(timeOrderedId()), dataset: 'letters' })
        await evaluations.finish(ids[0] ?? '', evaluationRun)
        expect(await evaluations.list({ dataset: 'letters', limit: 9 })).toHaveLength(1)
        expect(await evaluations.list({ state: 'running', limit: 9 })).toHaveLength(3)
        expect(await evaluations.list({ state: 'done', limit: 9 })).toMatchObject([{ id: ids[0] }])
        expect(await evaluations.details(ids[0] ?? '')).toBeNull()
      }),
    )

    it(
      'of one split are to those who read another as if they were not there',
      withStore(async ({ evaluations, testEvaluations }) => {
        const [open, hidden] = [timeOrderedId(), timeOrderedId()]
        await evaluations.start(newEvaluation(open))
        await testEvaluations.start({ ...newEvaluation(hidden), datasetHash: 'of test' })
        for (const [own, mine, other] of [
          [evaluations, open, hidden],
          [testEvaluations, hidden, open],
        ] as const) {
          expect(await own.get(other)).toBeNull()
          expect(await own.setJob(other, 'job')).toBe(false)
          expect(await own.finish(other, evaluationRun)).toBe(false)
          expect(await own.finish(mine, evaluationRun, evaluationDetails)).toBe(true)
          expect(await own.list({ limit: 9 })).toMatchObject([{ id: mine }])
        }
        expect(await evaluations.run(hidden)).toBeNull()
        expect(await evaluations.details(hidden)).toBeNull()
        expect(await testEvaluations.run(hidden)).toEqual(evaluationRun)
        const found = await testEvaluations.list({ datasetHash: 'of test', limit: 9 })
        expect(found).toMatchObject([{ id: hidden }])
        expect(await testEvaluations.list({ datasetHash: 'dataset', limit: 9 })).toEqual([])
      }),
    )

    it(
      'that were run somewhere else are there at once, or not at all',
      withStore(async ({ evaluations }) => {
        const walls = { isolation: 'process', boundary: 'none' } as const
        const one = { ...newEvaluation(timeOrderedId()), startedAt: 5, walls }
        await evaluations.keep(one, evaluationRun, evaluationDetails)
        expect(await evaluations.get(one.id)).toMatchObject({ state: 'done', startedAt: 5, walls })
        expect(await evaluations.run(one.id)).toEqual(evaluationRun)
        expect(await evaluations.details(one.id)).toEqual(evaluationDetails)
        await evaluations.keep({ ...one, dataset: 'other' }, evaluationRun, evaluationDetails)
        expect(await evaluations.list({ limit: 9 })).toMatchObject([{ dataset: one.dataset }])
      }),
    )
  })
}
