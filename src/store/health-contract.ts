import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'

export function describeHealthContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe('health', () => {
    it(
      'is good of a store that was just made',
      withStore(async ({ health }) => {
        const { newest, missing } = await health.steps()
        expect(newest).toMatch(/^\d{3}-[a-z-]+/)
        expect(missing).toEqual([])
        const settings = await health.durability()
        expect(settings.length).toBeGreaterThan(1)
        expect(settings.filter(({ isSafe }) => !isSafe)).toEqual([])
        expect((await health.timeZone()).zoneless).toEqual([])
      }),
    )

    it('tells the time of the database, and the newest that somebody wrote', async () => {
      await using place = await createPlace()
      await using store = await place.open(() => 5000)
      await store.audit.append([{ actor: 'ann', action: 'signed-in', subject: 'ann' }])
      const before = Date.now()
      const { now, newest } = await store.health.clock()
      expect(now).toBeGreaterThanOrEqual(before - 1000)
      expect(now).toBeLessThanOrEqual(Date.now() + 1000)
      expect(newest).toBe(5000)
      await using later = await place.open(() => 7000)
      await later.settings.put('any', 1)
      expect(await store.health.clock()).toMatchObject({ newest: 7000 })
    })
  })
}
