import { expect, test } from 'vitest'
import { netLoss, roundedCounts, sumOf } from './document-counts.ts'

const side = (agents: Record<string, { tp: number; fp: number; fn: number }>) => {
  return { agents, failed: 0, runs: 3 }
}

test('kinds of issues are added up, and means over runs keep one digit', () => {
  const sum = sumOf(side({ Promise: { tp: 1, fp: 1 / 3, fn: 0 }, Other: { tp: 0, fp: 0, fn: 2 } }))
  expect(sum).toEqual({ tp: 1, fp: 1 / 3, fn: 2 })
  expect(roundedCounts(sum)).toEqual(['1', '0.3', '2'])
})

test('a document has lost what is wrong with the candidate and was not before', () => {
  const before = side({ Promise: { tp: 2, fp: 0, fn: 0 } })
  const since = side({ Promise: { tp: 0, fp: 1, fn: 2 } })
  expect(netLoss({ candidate: since, baseline: before })).toBe(3)
  expect(netLoss({ candidate: before, baseline: since })).toBe(-3)
  expect(netLoss({ candidate: since, baseline: null })).toBe(0)
})
