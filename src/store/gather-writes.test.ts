import { expect, test } from 'vitest'
import { gatherWrites } from './gather-writes.ts'

/** Writes that end when the test says so. */
function heldWrites() {
  const writes: { items: string[]; end: PromiseWithResolvers<void> }[] = []
  const put = gatherWrites<string>((items) => {
    const end = Promise.withResolvers<void>()
    writes.push({ items, end })
    return end.promise
  })
  return { put, writes, batches: () => writes.map(({ items }) => items) }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('what comes while others are written is written together, after them', async () => {
  const { put, writes, batches } = heldWrites()
  const first = put('a')
  await turn()
  const later = [put('b'), put('c')]
  await turn()
  expect(batches()).toEqual([['a']])
  writes[0]?.end.resolve()
  await first
  await turn()
  expect(batches()).toEqual([['a'], ['b', 'c']])
  writes[1]?.end.resolve()
  await Promise.all(later)
})

test('a write that fails is told to those in it, and the next is tried', async () => {
  const { put, writes } = heldWrites()
  const failing = [put('a'), put('b')]
  await turn()
  const next = put('c')
  writes[0]?.end.reject(new Error('full'))
  for (const one of failing) await expect(one).rejects.toThrow('full')
  await turn()
  writes[1]?.end.resolve()
  await expect(next).resolves.toBeUndefined()
})
