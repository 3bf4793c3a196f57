import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'

const room = { bundles: 5, bytes: 1000 }
const bundle = (name: string, bytes = 10) => {
  const sha256 = Buffer.from(name).toString('hex').padEnd(64, '0')
  return { person: 'eve', sha256, name, bytes, agents: ['tone'] }
}

export function describeBundleContract(createPlace: CreatePlace): void {
  describe('bundles', () => {
    it(
      'are kept while there is room for their number and their bytes, and again without any',
      usingStore(createPlace)(async ({ bundles }) => {
        for (const name of ['a', 'b', 'c', 'd']) {
          expect(await bundles.put(bundle(name), room)).toMatchObject({ name, agents: ['tone'] })
        }
        expect(await bundles.put(bundle('large', 961), room)).toBeNull()
        expect(await bundles.put(bundle('just', 960), room)).not.toBeNull()
        expect(await bundles.put(bundle('sixth', 0), room)).toBeNull()
        const again = { ...bundle('a'), name: 'newer' }
        expect(await bundles.put(again, room)).toMatchObject({ name: 'newer' })
        expect(await bundles.put({ ...bundle('a'), person: 'ann' }, room)).not.toBeNull()
        const names = (await bundles.list('eve', 9)).map(({ name }) => name)
        expect(names.toSorted()).toEqual(['b', 'c', 'd', 'just', 'newer'])
      }),
    )

    it('are as many as there is room for when many come at once from several processes', async () => {
      await using place = await createPlace()
      await using store = await place.open()
      await using other = await place.open()
      const kept = await Promise.all(
        Array.from({ length: 30 }, (_, i) =>
          (i % 2 === 0 ? store : other).bundles.put(bundle(`b${i}`), room),
        ),
      )
      expect(kept.filter((one) => one !== null)).toHaveLength(5)
      expect(await store.bundles.list('eve', 99)).toHaveLength(5)
    })
  })
}
