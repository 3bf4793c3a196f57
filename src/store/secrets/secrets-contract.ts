import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { UserFacingError } from '../../lib/errors.ts'
import type { CreatePlace } from '../contract-place.ts'
import type { Store } from '../store.ts'

const newKey = (): string => randomBytes(32).toString('base64')
const canary = 'canary-0f4b7c'

const run = async ({ accountTables: { db } }: Store, statement: string): Promise<void> => {
  await sql.raw(statement).execute(db)
}

/** What an engine owes secrets. */
export function describeSecretContract(createPlace: CreatePlace): void {
  describe('secrets', () => {
    it('are read again with the master key, by another process, too', async () => {
      await using place = await createPlace()
      const env = { PROOFLOOP_MASTER_KEY: newKey() }
      {
        await using store = await place.open(Date.now, env)
        expect(await store.secrets.get('webhook')).toBeUndefined()
        await store.secrets.put('webhook', { url: 'ü\u0000' })
        await store.secrets.put('webhook', { url: canary })
      }
      await using store = await place.open(Date.now, env)
      expect(await store.secrets.get('webhook')).toEqual({ url: canary })
      await store.secrets.put('webhook', null)
      expect(await store.secrets.get('webhook')).toBeNull()
    })

    it('have one value when many ensure them at once', async () => {
      await using place = await createPlace()
      const env = { PROOFLOOP_MASTER_KEY: newKey() }
      const stores = await Promise.all([1, 2, 3].map(() => place.open(Date.now, env)))
      const values = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          stores.map((store) => store.secrets.ensure('key', `v${i}`)),
        ).flat(),
      )
      expect(new Set(values).size).toBe(1)
      for (const store of stores) await store[Symbol.asyncDispose]()
    })

    it('take over what an older version kept as a setting, and leave nothing there', async () => {
      await using place = await createPlace()
      await using store = await place.open(Date.now, { PROOFLOOP_MASTER_KEY: newKey() })
      await store.settings.put('split-key', 'old')
      expect(await store.secrets.ensure('split-key', 'new')).toBe('old')
      expect(await store.settings.get('split-key')).toBeUndefined()
      expect(await store.secrets.ensure('split-key', 'newer')).toBe('old')
    })

    it('cannot be read with another master key, nor without one', async () => {
      await using place = await createPlace()
      {
        await using store = await place.open(Date.now, { PROOFLOOP_MASTER_KEY: newKey() })
        await store.secrets.put('webhook', canary)
      }
      await using other = await place.open(Date.now, { PROOFLOOP_MASTER_KEY: newKey() })
      await using none = await place.open(Date.now, {})
      for (const [store, code] of [
        [other, 'master-key-wrong'],
        [none, 'master-key-missing'],
      ] as const) {
        const tries = [
          store.secrets.get('webhook'),
          store.secrets.ensure('webhook', 'mine'),
          store.secrets.put('webhook', 'mine'),
          store.secrets.put('new', 'mine'),
        ]
        for (const tried of await Promise.allSettled(tries)) {
          expect(tried).toMatchObject({ status: 'rejected', reason: { code } })
        }
      }
      await expect(other.secrets.rotate()).rejects.toBeInstanceOf(UserFacingError)
    })

    it('are given up when their master key is lost, and new ones are made', async () => {
      await using place = await createPlace()
      const env = { PROOFLOOP_MASTER_KEY: newKey() }
      await using old = await place.open(Date.now, env)
      await old.secrets.put('webhook', canary)
      await old.settings.put('colours', 1)
      const fresh = { PROOFLOOP_MASTER_KEY: newKey() }
      await using store = await place.open(Date.now, fresh)
      const lost = await store.secrets.lost()
      expect(lost).toMatchObject({ names: ['webhook'], masters: [expect.any(String)] })
      expect(await old.secrets.lost()).toEqual({ names: [], masters: [] })
      const master = await store.secrets.forget(lost)
      expect(lost.masters).not.toContain(master)
      expect(await store.secrets.get('webhook')).toBeUndefined()
      expect(await store.secrets.ensure('webhook', 'new')).toBe('new')
      expect(await store.settings.get('colours')).toBe(1)
      expect(await store.secrets.lost()).toEqual({ names: [], masters: [] })
      // Who goes on with the lost key is told.
      const wrong = { code: 'master-key-wrong' }
      await expect(old.secrets.get('webhook')).rejects.toMatchObject(wrong)
      await expect(old.secrets.put('webhook', 'old')).rejects.toMatchObject(wrong)
    })

    it('cannot be moved to another name, and a changed one is not used', async () => {
      await using place = await createPlace()
      await using store = await place.open(Date.now, { PROOFLOOP_MASTER_KEY: newKey() })
      await store.secrets.put('webhook', canary)
      await store.secrets.put('session-secret', 'mine')
      await run(
        store,
        `update secrets set sealed = (select sealed from secrets where name = 'webhook')
         where name = 'session-secret'`,
      )
      const damaged = { name: 'UserFacingError', code: 'secret-damaged' }
      await expect(store.secrets.get('session-secret')).rejects.toMatchObject(damaged)
      await run(store, `update secrets set sealed = sealed || 'AAAA' where name = 'webhook'`)
      await expect(store.secrets.get('webhook')).rejects.toMatchObject(damaged)
    })

    it('are sealed anew by a rotation, and an open store goes on', async () => {
      await using place = await createPlace()
      const [old, next] = [newKey(), newKey()]
      await using before = await place.open(Date.now, { PROOFLOOP_MASTER_KEY: old })
      await before.secrets.put('webhook', canary)
      const both = { PROOFLOOP_MASTER_KEY: next, PROOFLOOP_MASTER_KEY_PREVIOUS: old }
      await using during = await place.open(Date.now, both)
      // Nothing is sealed with the new one yet.
      expect(await during.secrets.get('webhook')).toBe(canary)
      await during.secrets.put('other', 1)
      expect(await before.secrets.get('other')).toBe(1)
      expect(await during.secrets.rotate()).toMatchObject({ secrets: 2, isNewMaster: true })
      expect(await during.secrets.rotate()).toMatchObject({ secrets: 2, isNewMaster: false })
      await during.secrets.put('third', 3)
      await using after = await place.open(Date.now, { PROOFLOOP_MASTER_KEY: next })
      expect(await after.secrets.get('webhook')).toBe(canary)
      expect(await after.secrets.get('third')).toBe(3)
      expect(await after.secrets.tryAll()).toBe(3)
      await expect(before.secrets.get('webhook')).rejects.toMatchObject({
        code: 'master-key-wrong',
      })
    })

    it('survive several that rotate and write at once', async () => {
      await using place = await createPlace()
      const stores = await Promise.all([place.open(), place.open(), place.open()])
      await stores[0]?.secrets.put('webhook', canary)
      await Promise.all([
        ...stores.map((store) => store.secrets.rotate()),
        ...stores.map((store, i) => store.secrets.put(`s${i}`, i)),
      ])
      await using fresh = await place.open()
      expect(await fresh.secrets.get('webhook')).toBe(canary)
      for (let i = 0; i < 3; i += 1) expect(await fresh.secrets.get(`s${i}`)).toBe(i)
      for (const store of stores) await store[Symbol.asyncDispose]()
    })
  })
}
