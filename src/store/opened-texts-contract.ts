import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'

const day = '2026-11-29'
const opening = { person: 'eve', day, units: 1, atMost: 3 }

export function describeOpenedTextsContract(createPlace: CreatePlace): void {
  describe('opened texts', () => {
    it(
      'are counted once a day for each person',
      usingStore(createPlace)(async ({ openedTexts }) => {
        const open = (name: string, more = {}) => openedTexts.open({ ...opening, name, ...more })
        expect(await open('a')).toBe(null)
        expect(await open('b', { units: 2 })).toBe(null)
        expect(await open('c')).toEqual({ pool: null })
        expect(await open('a')).toBe(null)
        expect(await open('b', { units: 9 })).toBe(null)
        expect(await open('c', { day: '2026-11-30' })).toBe(null)
        expect(await open('c', { person: 'ann' })).toBe(null)
        const isOpen = (name: string) => openedTexts.isOpen({ person: 'eve', day, name })
        expect([await isOpen('a'), await isOpen('c')]).toEqual([true, false])
        const shown = await openedTexts.list(9)
        const rest = { lastAt: expect.any(Number), pools: [] }
        expect(shown).toEqual([
          { person: 'eve', day: '2026-11-30', texts: 1, units: 1, ...rest },
          { person: 'eve', day, texts: 2, units: 3, ...rest },
          { person: 'ann', day, texts: 1, units: 1, ...rest },
        ])
        expect(await openedTexts.list(1)).toEqual(shown.slice(0, 1))
      }),
    )

    it(
      'are counted in each pool that has them, and kept in none when one has no room',
      usingStore(createPlace)(async ({ openedTexts }) => {
        const of = (name: string, atMost: number) => ({ name, atMost })
        const open = (name: string, ...pools: { name: string; atMost: number }[]) =>
          openedTexts.open({ ...opening, atMost: 9, name, pools })
        expect(await open('a', of('x', 2), of('y', 1))).toBe(null)
        expect(await open('b', of('x', 2), of('y', 1))).toEqual({ pool: 'y' })
        expect(await open('b', of('x', 2))).toBe(null)
        expect(await open('c', of('x', 2))).toEqual({ pool: 'x' })
        expect(await open('a', of('x', 2))).toBe(null)
        expect(await open('c')).toBe(null)
        expect(await openedTexts.list(9)).toMatchObject([
          {
            texts: 3,
            units: 3,
            pools: [
              { name: 'x', texts: 2, units: 2 },
              { name: 'y', texts: 1, units: 1 },
            ],
          },
        ])
      }),
    )

    it('fit into a day as many as may, however many come at once by several processes', async () => {
      await using place = await createPlace()
      await using store = await place.open()
      await using other = await place.open()
      const asked = Array.from({ length: 40 }, (_, i) =>
        (i % 2 === 0 ? store : other).openedTexts.open({
          ...opening,
          atMost: 25,
          pools: [{ name: 'x', atMost: 10 }],
          name: `text ${i % 25}`,
        }),
      )
      const answers = await Promise.all(asked)
      const opened = new Set(answers.flatMap((full, i) => (full === null ? [i % 25] : [])))
      expect(opened.size).toBe(10)
      const [{ texts, units } = {}] = await store.openedTexts.list(1)
      expect({ texts, units }).toEqual({ texts: 10, units: 10 })
    })

    it('of days that are long ago go', async () => {
      await using place = await createPlace()
      let time = Date.parse(day)
      await using store = await place.open(() => time)
      const { openedTexts } = store
      await openedTexts.open({ ...opening, name: 'a' })
      await openedTexts.open({ ...opening, person: 'ann', name: 'a' })
      time = Date.parse('2027-03-15')
      await openedTexts.open({ ...opening, day: '2027-03-15', name: 'a' })
      const shown = await openedTexts.list(9)
      expect(shown.map(({ person, day: on }) => [person, on])).toEqual([
        ['eve', '2027-03-15'],
        ['ann', day],
      ])
    })
  })
}
