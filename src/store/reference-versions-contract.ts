import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'
import { newDatasetVersion } from './store-samples.ts'

const version = (hash: string) => ({ hash, name: 'flow', manifest: {} })
const mark = (role: 'baseline' | 'anchor', hash: string, sequence = 0) => {
  return { flow: 'flow', role, version: hash, sequence, markedBy: 'cleo' }
}

export function describeReferenceVersionContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe('versions that others are compared with', () => {
    it(
      'are the newest baseline and the one anchor of a flow',
      withStore(async ({ flowVersions, referenceVersions }) => {
        for (const hash of ['one', 'two']) await flowVersions.put(version(hash))
        expect(await referenceVersions.of('flow')).toEqual({ baseline: null, anchor: null })
        expect(await referenceVersions.mark(mark('baseline', 'one'))).toBe(true)
        expect(await referenceVersions.mark(mark('baseline', 'two'))).toBe(false)
        expect(await referenceVersions.mark(mark('baseline', 'two', 1))).toBe(true)
        expect(await referenceVersions.mark(mark('anchor', 'one'))).toBe(true)
        expect(await referenceVersions.mark(mark('anchor', 'two'))).toBe(false)
        expect(await referenceVersions.of('flow')).toMatchObject({
          baseline: { version: 'two', sequence: 1, markedBy: 'cleo' },
          anchor: { version: 'one', sequence: 0 },
        })
        expect(await referenceVersions.of('other')).toEqual({ baseline: null, anchor: null })
      }),
    )

    it(
      'are what was in production when a test set was made, and what was first where nothing was then',
      withStore(async (store) => {
        const { flowVersions, referenceVersions, datasets } = store
        const atTestSet = (name: string) => referenceVersions.inProductionAt('flow', name)
        const made = async (dataset: string, test: string, isNewTestSet = true) => {
          const splits = [{ split: 'test' as const, examples: 1, issues: 0, types: [], hash: test }]
          const hash = `${dataset} ${test}`
          const after = await datasets.version('everything', { dataset })
          const next = { ...newDatasetVersion([], { hash, after }), dataset, splits }
          await datasets.addVersion({ ...next, isNewTestSet })
        }
        for (const hash of ['one', 'two', 'three']) await flowVersions.put(version(hash))
        await made('letters', 'before')
        expect(await atTestSet('before')).toBeNull()
        await referenceVersions.mark(mark('baseline', 'one'))
        await made('letters', 'first')
        await referenceVersions.mark(mark('baseline', 'two', 1))
        await made('letters', 'rotated')
        await referenceVersions.mark(mark('baseline', 'three', 2))
        // The same examples again, in a version in which something else has changed.
        await made('memos', 'first')
        // Little of it is otherwise.
        await made('letters', 'more', false)
        const all = ['before', 'first', 'rotated', 'more', 'other'].map(atTestSet)
        expect(await Promise.all(all)).toEqual(['one', 'one', 'two', 'two', 'one'])
        expect(await referenceVersions.inProductionAt('other', 'first')).toBeNull()
        const { db } = store.accountTables
        const changes = [
          sql`update test_set_anchors set version = 'one'`,
          sql`delete from test_set_anchors`,
        ]
        for (const change of changes)
          await expect(change.execute(db)).rejects.toThrow(/never changes/i)
      }),
    )

    it(
      'stay recorded, and are versions that there are',
      withStore(async ({ flowVersions, referenceVersions, accountTables: { db } }) => {
        await expect(referenceVersions.mark(mark('baseline', 'none'))).rejects.toThrow(
          /foreign key/i,
        )
        await flowVersions.put(version('one'))
        await referenceVersions.mark(mark('anchor', 'one'))
        const changes = [
          sql`update reference_versions set version = 'one'`,
          sql`delete from reference_versions`,
          sql`insert into reference_versions values ('flow', 'anchor', 1, 'one', 'eve', 1)`,
        ]
        for (const change of changes)
          await expect(change.execute(db)).rejects.toThrow(/never changes|check/i)
        expect((await referenceVersions.of('flow')).anchor).toMatchObject({ version: 'one' })
      }),
    )
  })
}
