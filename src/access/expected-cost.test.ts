import { expect, test } from 'vitest'
import type { StoredSpend } from '../schema/stored-spend.ts'
import { expectedCost } from './expected-cost.ts'

const spent = (own: Partial<StoredSpend>): StoredSpend => ({
  person: 'ann',
  model: 'reviewer',
  currency: 'USD',
  requests: 10,
  requestsWithoutCost: 0,
  cost: 5,
  inputTokens: 0,
  outputTokens: 0,
  ...own,
})

test('requests whose cost nobody told count as the others of their model did on the average', () => {
  const ann = spent({ requests: 12, requestsWithoutCost: 2 })
  const bob = spent({ person: 'bob', requests: 2, requestsWithoutCost: 2, cost: 0 })
  expect(expectedCost('USD', [ann, bob], [ann, bob])).toBeCloseTo(7)
  expect(expectedCost('USD', [bob], [ann, bob])).toBeCloseTo(1)
  expect(expectedCost('USD', [], [])).toBe(0)
})

test('what nobody can tell stays unknown', () => {
  const judge = spent({ model: 'judge', requests: 1, requestsWithoutCost: 1, cost: 0 })
  expect(expectedCost('USD', [judge], [judge, spent({})])).toBeNull()
  expect(expectedCost('USD', [spent({ currency: 'EUR' })], [])).toBeNull()
  expect(expectedCost('USD', [spent({ currency: null, requestsWithoutCost: 10 })], [])).toBeNull()
})
