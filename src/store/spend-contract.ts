import { describe, expect, it } from 'vitest'
import type { ModelAccount } from '../schema/model.ts'
import { costIn, monthOf } from './spend.ts'
import type { CreatePlace } from './contract-place.ts'

const january = Date.UTC(2026, 0, 31, 23, 59, 59, 999)

export function describeSpendContract(createPlace: CreatePlace): void {
  describe('spend', () => {
    it('is summed by person, model and currency, each batch once', async () => {
      await using place = await createPlace()
      await using store = await place.open(() => january)
      const batch = { id: 'b1', person: 'ann', accounts: { large: priced(0.25), idle: idle } }
      expect(await store.spend.add(batch)).toBe(true)
      expect(await store.spend.add({ ...batch, accounts: { large: priced(9) } })).toBe(false)
      await store.spend.add({ ...batch, id: 'b2' })
      await store.spend.add({ id: 'b3', person: 'bob', accounts: { large: priced(1) } })
      const mine = await store.spend.list('2026-01', 'ann')
      expect(mine).toEqual([
        {
          person: 'ann',
          model: 'large',
          currency: 'EUR',
          requests: 4,
          requestsWithoutCost: 0,
          cost: 0.5,
          inputTokens: 200,
          outputTokens: 20,
        },
      ])
      const all = await store.spend.list('2026-01')
      expect(costIn('EUR', all)).toBe(1.5)
      expect(costIn('EUR', mine)).toBe(0.5)
      expect(costIn('USD', all)).toBeNull()
      expect(costIn('USD', [])).toBe(0)
    })

    it('is summed for each environment, too', async () => {
      await using place = await createPlace()
      await using store = await place.open(() => january)
      const accounts = { large: priced(0.25) }
      const batches = ['dev', 'dev', 'prod', null, undefined]
      for (const [i, environment] of batches.entries()) {
        const batch = { id: `b${i}`, person: i === 1 ? 'bob' : 'ann', environment, accounts }
        expect(await store.spend.add(batch)).toBe(true)
        expect(await store.spend.add(batch)).toBe(false)
      }
      const [ann, bob] = await store.spend.listIn('dev', '2026-01')
      expect([ann, bob]).toMatchObject([
        { person: 'ann', model: 'large', requests: 2, cost: 0.25 },
        { person: 'bob', cost: 0.25 },
      ])
      expect(costIn('EUR', await store.spend.listIn('prod', '2026-01'))).toBe(0.25)
      expect(await store.spend.listIn('test', '2026-01')).toEqual([])
      expect(await store.spend.listIn('dev', '2026-02')).toEqual([])
      expect(costIn('EUR', await store.spend.list('2026-01'))).toBe(1.25)
    })

    it('whose cost is unknown stays unknown and is counted', async () => {
      await using place = await createPlace()
      await using store = await place.open(() => january)
      await store.spend.add({ id: 'b1', person: 'ann', accounts: { large: priced(0.25) } })
      const untold = { ...priced(0), cost: null }
      const unpriced = { ...untold, currency: null }
      await store.spend.add({
        id: 'b2',
        person: 'ann',
        accounts: { large: untold, free: unpriced },
      })
      const spend = await store.spend.list('2026-01')
      expect(spend).toMatchObject([
        { model: 'free', currency: null, requests: 2, requestsWithoutCost: 2, cost: 0 },
        { model: 'large', currency: 'EUR', requests: 4, requestsWithoutCost: 2, cost: 0.25 },
      ])
      expect(costIn('EUR', spend)).toBeNull()
    })

    it('begins anew with each month of UTC', async () => {
      await using place = await createPlace()
      let now = january
      await using store = await place.open(() => now)
      await store.spend.add({ id: 'b1', person: 'ann', accounts: { large: priced(1) } })
      now += 1
      await store.spend.add({ id: 'b2', person: 'ann', accounts: { large: priced(2) } })
      expect(await store.spend.list('2026-01')).toMatchObject([{ cost: 1 }])
      expect(monthOf(now)).toBe('2026-02')
      expect(await store.spend.list(monthOf(now))).toMatchObject([{ cost: 2 }])
    })

    it('loses nothing of what many add at once, in whatever order they name the models', async () => {
      await using place = await createPlace()
      await using store = await place.open(() => january)
      const add = (i: number) => {
        const names = i % 2 === 0 ? ['a', 'b', 'c'] : ['c', 'b', 'a']
        const accounts = Object.fromEntries(names.map((name) => [name, priced(0.5)]))
        return store.spend.add({ id: `b${i % 20}`, person: 'ann', accounts })
      }
      const added = await Promise.all(Array.from({ length: 40 }, (_, i) => add(i)))
      expect(added.filter(Boolean)).toHaveLength(20)
      const costs = (await store.spend.list('2026-01')).map(({ cost }) => cost)
      expect(costs).toEqual([10, 10, 10])
    })
  })
}

function priced(cost: number): ModelAccount {
  return { ...idle, requests: 2, inputTokens: 100, outputTokens: 10, cost, currency: 'EUR' }
}

const idle: ModelAccount = {
  requests: 0,
  retries: 0,
  cached: 3,
  failed: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  requestsWithoutUsage: 0,
  cost: null,
  currency: null,
}
