import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'
import { newBundle } from './store-samples.ts'

export function describeFlowVersionContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe('flow versions', () => {
    it(
      'of drafts say what they were made from, each as the one who asks has made it last',
      withStore(async ({ drafts }) => {
        const draft = { version: 'b', base: 'a', agent: 'grammar', author: 'ann' }
        const first = await drafts.add(draft)
        expect(first).toMatchObject(draft)
        expect(await drafts.get('b', 'bob')).toEqual(first)
        await setTimeout(2)
        const again = await drafts.add({ ...draft, base: 'c' })
        expect(await drafts.get('b', 'ann')).toEqual(again)
        await setTimeout(2)
        const bobs = await drafts.add({ ...draft, author: 'bob' })
        expect(await drafts.get('b', 'ann')).toEqual(again)
        expect(await drafts.get('b', 'bob')).toEqual(bobs)
        expect(await drafts.list('ann')).toEqual([again])
        expect(await drafts.list('cleo')).toEqual([bobs])
        await setTimeout(2)
        const back = await drafts.add(draft)
        expect(await drafts.get('b', 'ann')).toEqual(back)
        expect(await drafts.get('c', 'ann')).toBeNull()
        await drafts.remove(back)
        expect(await drafts.get('b', 'ann')).toEqual(again)
        expect(await drafts.get('b', 'bob')).toEqual(bobs)
      }),
    )

    it(
      'are named by their hash',
      withStore(async ({ flowVersions }) => {
        await flowVersions.put({ hash: 'h1', name: 'one', manifest: { agents: ['a'] } })
        await flowVersions.put({ hash: 'h1', name: 'other', manifest: null })
        expect(await flowVersions.get('h1')).toMatchObject({
          name: 'one',
          manifest: { agents: ['a'] },
        })
        expect(await flowVersions.get('h2')).toBeNull()
        expect(await flowVersions.list()).toHaveLength(1)
      }),
    )

    it(
      'come as bundles, of which each person has their own, those of the last upload first',
      withStore(async ({ bundles }) => {
        const room = { bundles: 9, bytes: 1e9 }
        const mine = newBundle('ann')
        const other = { ...mine, sha256: 'c'.repeat(64) }
        await bundles.put(mine, room)
        await setTimeout(2)
        const second = await bundles.put(other, room)
        await setTimeout(2)
        const again = await bundles.put({ ...mine, name: 'renamed' }, room)
        expect(await bundles.list('ann', 10)).toEqual([again, second])
        expect(await bundles.list('ann', 1)).toEqual([again])
        expect(await bundles.get('ann', mine.sha256)).toEqual(again)
        expect(again).toMatchObject({ ...mine, name: 'renamed' })
        await bundles.put(newBundle('bob'), room)
        await bundles.put({ ...newBundle('bob'), sha256: 'shared' }, room)
        await bundles.put({ ...newBundle('cleo'), sha256: 'shared' }, room)
        expect(await bundles.remove('ann', 'shared')).toBe(false)
        expect(await bundles.remove('bob', 'shared')).toBe(true)
        expect(await bundles.get('bob', 'shared')).toBeNull()
        expect(await bundles.isHeld('shared')).toBe(true)
        expect(await bundles.remove('cleo', 'shared')).toBe(true)
        expect(await bundles.isHeld('shared')).toBe(false)
        expect(await bundles.get('bob', other.sha256)).toBeNull()
        expect(await bundles.list('bob', 10)).toHaveLength(1)
        expect(await bundles.list('eve', 10)).toEqual([])
      }),
    )

    it('of drafts are listed newest first until they are removed', async () => {
      await using place = await createPlace()
      let time = 1
      await using store = await place.open(() => time)
      const { drafts } = store
      const draft = { base: 'a', agent: 'grammar', author: 'ann' }
      const first = await drafts.add({ ...draft, version: 'b' })
      time = 2
      const second = await drafts.add({ ...draft, version: 'c' })
      expect(await drafts.list('ann')).toEqual([second, first])
      await drafts.remove(second)
      await drafts.remove(second)
      expect(await drafts.list('ann')).toEqual([first])
      expect(await drafts.get('c', 'ann')).toBeNull()
    })
  })
}
