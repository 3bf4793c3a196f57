import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'
import type { GateCall } from '../schema/stored-gate-call.ts'
import type { GateCalls, NewGateCall } from './gate-calls.ts'
import { datasetEntry, gateCall, newDatasetVersion, newDocument } from './store-samples.ts'

const about = (more: Partial<NewGateCall> = {}): NewGateCall => ({
  measure: 'one',
  dataset: 'letters',
  example: 'b',
  repeat: 0,
  sequence: 0,
  call: gateCall,
  ...more,
})
const wanted = { measures: ['one'], dataset: 'letters', example: 'b', repeat: 0, after: 0 }

/** All of them, read so many at a time. */
async function all(gateCalls: GateCalls, change: Partial<typeof wanted> = {}) {
  const items: GateCall[] = []
  for (let after: number | null = 0; after !== null;) {
    const page: Awaited<ReturnType<GateCalls['list']>> = await gateCalls.list({
      ...wanted,
      ...change,
      after,
    })
    items.push(...page.items)
    after = page.next
  }
  return items
}

export function describeGateCallContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe('calls of gates', () => {
    it(
      'are kept once, in the order in which they were asked, each to its run',
      withStore(async ({ gateCalls }) => {
        const second = { ...gateCall, agent: 'second' }
        await Promise.all([
          gateCalls.put(about()),
          gateCalls.put(about({ sequence: 1, call: second })),
          gateCalls.put(about({ repeat: 1 })),
          gateCalls.put(about({ measure: 'two' })),
          gateCalls.put(about({ example: 'c' })),
        ])
        // A run that goes on after a crash finds the answer that was kept.
        await gateCalls.put(about({ sequence: 7, call: { ...gateCall, isKept: true } }))
        expect(await all(gateCalls)).toEqual([gateCall, second])
        expect(await all(gateCalls, { measures: ['one', 'two'] })).toHaveLength(3)
        expect(await all(gateCalls, { measures: [] })).toEqual([])
      }),
    )

    it(
      'are kept as often as equal ones were asked, and once when a run goes on',
      withStore(async ({ gateCalls }) => {
        const call = { ...gateCall, answer: null, said: 'no json', fault: 'answer-invalid' }
        await gateCalls.put(about({ call }))
        await gateCalls.put(about({ call, before: 1, sequence: 1 }))
        // After a crash the same is asked once more.
        await gateCalls.put(about({ call, sequence: 2 }))
        expect(await all(gateCalls)).toEqual([call, call])
      }),
    )

    it(
      'of a measure that is tried again come after those of the try before',
      withStore(async ({ gateCalls }) => {
        const [one, two, three] = ['one', 'two', 'three'].map((agent) => ({ ...gateCall, agent }))
        await gateCalls.put(about({ sequence: 7, call: one }))
        await gateCalls.put(about({ sequence: 8, call: two }))
        await setTimeout(5)
        // Each try counts from 0.
        await gateCalls.put(about({ sequence: 0, call: three }))
        expect(await all(gateCalls)).toEqual([one, two, three])
      }),
    )

    it(
      'are read so much at a time, however much a run asked',
      withStore(async ({ gateCalls }) => {
        const long = Array.from({ length: 3 }, (_, n) => {
          const messages = [{ role: 'user' as const, content: `${n}`.repeat(2_500_000) }]
          return { ...gateCall, messages }
        })
        for (const [sequence, call] of long.entries()) {
          await gateCalls.put(about({ sequence, call }))
        }
        expect(await gateCalls.list(wanted)).toEqual({ items: [long[0]], next: 1 })
        expect(await gateCalls.list({ ...wanted, after: 2 })).toEqual({
          items: [long[2]],
          next: null,
        })
        const short = Array.from({ length: 201 }, (_, n) => ({ ...gateCall, agent: `${n}` }))
        const puts = short.map((call, sequence) =>
          gateCalls.put(about({ example: 'c', sequence, call })),
        )
        await Promise.all(puts)
        const page = await gateCalls.list({ ...wanted, example: 'c' })
        expect([page.items.length, page.next]).toEqual([200, 200])
        expect(await all(gateCalls, { example: 'c' })).toEqual(short)
      }),
    )

    it(
      'are counted by example and run, of all that was asked under some keys',
      withStore(async ({ gateCalls }) => {
        const second = { ...gateCall, agent: 'second' }
        await Promise.all([
          gateCalls.put(about()),
          gateCalls.put(about({ sequence: 1, call: second })),
          gateCalls.put(about({ repeat: 1 })),
          gateCalls.put(about({ measure: 'two', example: 'a' })),
          gateCalls.put(about({ measure: 'three' })),
          gateCalls.put(about({ dataset: 'memos' })),
        ])
        const measured = { measures: ['one', 'two'], dataset: 'letters' }
        expect(await gateCalls.count(measured)).toEqual([
          { measure: 'two', example: 'a', repeat: 0, calls: 1 },
          { measure: 'one', example: 'b', repeat: 0, calls: 2 },
          { measure: 'one', example: 'b', repeat: 1, calls: 1 },
        ])
        expect(await gateCalls.count({ ...measured, measures: [] })).toEqual([])
      }),
    )

    it(
      'go with the document that their example was made of, also those that come late',
      withStore(async ({ datasets, documents, gateCalls }) => {
        await documents.add(newDocument('source', { split: 'test' }))
        const made = {
          ...datasetEntry('b', 'test'),
          provenance: { source: 'source' },
        }
        await datasets.addVersion(newDatasetVersion([made], { hash: 'aa11' }))
        await gateCalls.put(about())
        await gateCalls.put(about({ example: 'c' }))
        await documents.forget('source')
        expect(await all(gateCalls)).toEqual([])
        await gateCalls.put(about())
        expect(await all(gateCalls)).toEqual([])
        expect(await all(gateCalls, { example: 'c' })).toHaveLength(1)
      }),
    )

    it(
      'are kept no longer than answers of models',
      withStore(async ({ gateCalls, pruning }) => {
        await gateCalls.put(about())
        await pruning.answers(0)
        expect(await all(gateCalls)).toHaveLength(1)
        await pruning.answers(Date.now() + 1e9)
        expect(await all(gateCalls)).toEqual([])
      }),
    )
  })
}
