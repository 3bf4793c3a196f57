import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'
import type { Store } from './store.ts'
import { datasetEntry, newDatasetVersion, newLabelSet } from './store-samples.ts'

const entry = datasetEntry('a', 'test')
const text = { dataset: 'letters', example: 'a', document: entry.document }

async function fill({ datasets }: Store) {
  return datasets.addVersion(newDatasetVersion([entry], { hash: 'aa11' }))
}

export function describeLabelSetContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe('label sets', () => {
    it(
      'are one for each person and text, and of two that save the same one, one wins',
      withStore(async (store) => {
        const { labelSets } = store
        const { id } = await fill(store)
        expect(await labelSets.save(newLabelSet('bob'))).toBe(true)
        expect(await labelSets.save(newLabelSet('ann'))).toBe(true)
        expect(await labelSets.save(newLabelSet('ann'))).toBe(false)
        const next = { ...newLabelSet('ann'), issues: [], revision: 1 }
        expect(await labelSets.save(next)).toBe(true)
        expect(await labelSets.save(next)).toBe(false)
        const sets = await labelSets.of(text)
        expect(sets.map(({ person, revision }) => [person, revision])).toEqual([
          ['ann', 2],
          ['bob', 1],
        ])
        expect(sets[1]?.issues).toEqual(newLabelSet('bob').issues)
        expect(await labelSets.of({ ...text, document: 'other' })).toEqual([])
        await labelSets.save({ ...newLabelSet('cleo'), document: 'other' })
        expect(await labelSets.ofVersion('letters', id)).toEqual(sets)
        expect(await labelSets.ofVersion('letters', id, ['a', 'b'])).toEqual(sets)
        expect(await labelSets.ofVersion('letters', id, ['b'])).toEqual([])
        expect(await labelSets.ofVersion('letters', id, [])).toEqual([])
      }),
    )

    it(
      'never change once they are handed in, and are closed once',
      withStore(async (store) => {
        const { labelSets } = store
        await fill(store)
        await labelSets.save({ ...newLabelSet('ann'), state: 'handed-in' })
        await labelSets.save(newLabelSet('bob'))
        expect(await labelSets.save({ ...newLabelSet('ann'), revision: 1 })).toBe(false)
        const people = ['ann', 'bob']
        expect(await labelSets.settle(text, { people, by: 'cleo' })).toBe(false)
        expect((await labelSets.of(text)).map(({ settledBy }) => settledBy)).toEqual([null, null])
        await labelSets.save({ ...newLabelSet('bob'), state: 'handed-in', revision: 1 })
        expect(await labelSets.settle(text, { people, by: 'cleo' })).toBe(true)
        expect(await labelSets.settle(text, { people, by: 'ann' })).toBe(false)
        const [first] = await labelSets.of(text)
        expect(first).toMatchObject({ state: 'handed-in', settledBy: 'cleo' })
        expect(first?.settledAt).toBeGreaterThan(0)
        const { db } = store.accountTables
        for (const statement of [
          `update dataset_label_sets set issues = '[]'`,
          `update dataset_label_sets set state = 'draft'`,
          `update dataset_label_sets set person = 'eve'`,
          `update dataset_label_sets set settled_by = 'eve'`,
          'delete from dataset_label_sets',
        ]) {
          await expect(sql.raw(statement).execute(db)).rejects.toThrow('never change')
        }
      }),
    )

    it(
      'are closed all that are handed in or none, and none comes after them',
      withStore(async (store) => {
        const { datasets, labelSets } = store
        const after = await fill(store)
        for (const person of ['ann', 'bob', 'cleo']) {
          await labelSets.save({ ...newLabelSet(person), state: 'handed-in' })
        }
        await labelSets.save(newLabelSet('dora'))
        await labelSets.save({ ...newLabelSet('eve'), state: 'abstained' })
        await labelSets.save({ ...newLabelSet('fay'), example: 'b', state: 'handed-in' })
        const two = { people: ['ann', 'bob'], by: 'ann' }
        expect(await labelSets.settle(text, two)).toBe(false)
        const next = newDatasetVersion([{ ...entry, hash: 'ee' }], { hash: 'bb22', after })
        const settled = datasets.addVersion({ ...next, settles: { text, ...two } })
        await expect(settled).rejects.toMatchObject({ code: 'label-sets-changed' })
        const open = (await labelSets.of(text)).filter(({ settledAt }) => settledAt === null)
        expect(open).toHaveLength(5)
        expect(await labelSets.settle(text, { people: ['ann', 'bob', 'cleo'], by: 'ann' })).toBe(
          true,
        )
        const late = { ...newLabelSet('dora'), revision: 1, state: 'handed-in' as const }
        expect(await labelSets.save(late)).toBe(false)
        expect(await labelSets.save({ ...newLabelSet('gus'), state: 'handed-in' })).toBe(false)
        expect(await labelSets.save({ ...newLabelSet('gus'), document: 'other' })).toBe(true)
      }),
    )

    it(
      'that are handed in while others are closed come before them or not at all',
      withStore(async (store) => {
        const { labelSets } = store
        await fill(store)
        const race = async (example: string) => {
          for (const person of ['ann', 'bob']) {
            await labelSets.save({ ...newLabelSet(person), example, state: 'handed-in' })
          }
          const of = { ...text, example }
          return Promise.all([
            labelSets.settle(of, { people: ['ann', 'bob'], by: 'ann' }),
            labelSets.save({ ...newLabelSet('cleo'), example, state: 'handed-in' }),
          ])
        }
        for (let i = 0; i < 40; i += 1) {
          const [settled, saved] = await race(`raced ${i}`)
          expect([settled, saved].filter(Boolean)).toHaveLength(1)
        }
      }),
    )

    it(
      'are closed with the version that they become, or there is none',
      withStore(async (store) => {
        const { datasets, labelSets } = store
        const newest = () => datasets.version('everything', { dataset: 'letters' })
        const after = await fill(store)
        for (const person of ['ann', 'bob']) {
          await labelSets.save({ ...newLabelSet(person), state: 'handed-in' })
        }
        const settled = async () =>
          (await labelSets.of(text)).map(
            ({ settledBy, settledAt }) => settledBy !== null && settledAt,
          )
        const next = newDatasetVersion([{ ...entry, hash: 'ee' }], { hash: 'bb22', after })
        const settles = { text, people: ['ann', 'bob'], by: 'cleo' }
        const late = datasets.addVersion({ ...newDatasetVersion([], { hash: 'cc33' }), settles })
        await expect(late).rejects.toMatchObject({ code: 'dataset-changed' })
        expect(await settled()).toEqual([false, false])
        const { createdAt } = await datasets.addVersion({ ...next, settles })
        expect(await settled()).toEqual([createdAt, createdAt])
        const again = newDatasetVersion([entry], { hash: 'dd44', after: await newest() })
        const closed = datasets.addVersion({ ...again, settles })
        await expect(closed).rejects.toMatchObject({ code: 'label-sets-changed' })
        expect(await newest()).toMatchObject({ hash: 'bb22' })
      }),
    )
  })

  describe('owners of datasets', () => {
    it(
      'are who made them, until they are handed on',
      withStore(async (store) => {
        const { datasets } = store
        await fill(store)
        const memos = { dataset: 'memos', createdBy: 'bob' }
        await datasets.addVersion({ ...newDatasetVersion([], { hash: 'bb22' }), ...memos })
        const owners = async () =>
          Object.fromEntries(await datasets.owners(['letters', 'memos', 'none']))
        expect(await owners()).toEqual({ letters: 'ann', memos: 'bob' })
        expect(await datasets.owners(['memos'])).toEqual(new Map([['memos', 'bob']]))
        const handOn = (owner: string) => datasets.handOn({ dataset: 'letters', owner, by: 'ann' })
        expect(await handOn('cleo')).toBe(true)
        expect(await handOn('dora')).toBe(true)
        expect(await owners()).toEqual({ letters: 'dora', memos: 'bob' })
      }),
    )
  })
}
