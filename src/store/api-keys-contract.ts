import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { StoredApiKey } from '../schema/stored-api-key.ts'
import { addPeople } from './account-samples.ts'
import type { CreatePlace } from './contract-place.ts'

const key = (id: string, person: string, hint = 'pl_12345678') => ({
  id,
  person,
  hint,
  name: 'nightly',
  secretHash: `hash of ${id}`,
  permissions: ['people:read' as const],
  expiresAt: null,
})

export function describeApiKeyContract(createPlace: CreatePlace): void {
  describe('API keys', () => {
    it('are found by their beginning and listed by person', async () => {
      await using place = await createPlace()
      await using store = await place.open(() => 5)
      await addPeople(store, ['ann', 'bob'])
      const made: StoredApiKey[] = []
      made.push(await store.apiKeys.add(key('k1', 'ann')))
      made.push(await store.apiKeys.add({ ...key('k2', 'ann', 'pl_other'), expiresAt: 9 }))
      made.push(await store.apiKeys.add(key('k3', 'bob')))
      expect(made[0]).toMatchObject({ createdAt: 5, lastUsedAt: null, expiresAt: null })
      expect(await store.apiKeys.list('ann')).toEqual(made.slice(0, 2))
      expect(await store.apiKeys.withHint('pl_12345678')).toEqual([made[0], made[2]])
      expect(await store.apiKeys.withHint('pl_1234567_')).toEqual([])
      await store.apiKeys.markUsed('k3')
      expect(await store.apiKeys.list('bob')).toMatchObject([{ lastUsedAt: 5 }])
      const same = { ...key('k4', 'bob'), secretHash: 'hash of k1' }
      await expect(store.apiKeys.add(same)).rejects.toThrow(/unique/i)
    })

    it('are removed by their person only, and go with it', async () => {
      await using place = await createPlace()
      await using store = await place.open()
      await addPeople(store, ['ann', 'bob'])
      await store.apiKeys.add(key('k1', 'ann'))
      await store.apiKeys.add(key('k2', 'ann'))
      expect(await store.apiKeys.remove('bob', 'k1')).toBe(false)
      expect(await store.apiKeys.remove('ann', 'k1')).toBe(true)
      expect(await store.apiKeys.remove('ann', 'k1')).toBe(false)
      expect(await store.apiKeys.list('ann')).toHaveLength(1)
      await sql`delete from people where id = 'ann'`.execute(store.accountTables.db)
      expect(await store.apiKeys.list('ann')).toEqual([])
    })
  })
}
