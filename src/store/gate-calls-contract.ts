import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'
import type { NewGateCall } from './gate-calls.ts'
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
const wanted = { measures: ['one'], dataset: 'letters', example: 'b', repeat: 0 }

export function describeGateCallContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe('calls of gates', () => {
    it(
      'are kept once, in the order in which they were asked, each to its run',
      withStore(async ({ gateCalls }) => {
        const second = { ...gateCall, agent: 'second' }
        await Promise.all([
          gateCalls.put(about({ sequence: 1, call: second })),
          gateCalls.put(about()),
          gateCalls.put(about({ repeat: 1 })),
          gateCalls.put(about({ measure: 'two' })),
          gateCalls.put(about({ example: 'c' })),
        ])
        // A run that goes on after a crash finds the answer that was kept.
        await gateCalls.put(about({ sequence: 7, call: { ...gateCall, isKept: true } }))
        expect(await gateCalls.list(wanted)).toEqual([gateCall, second])
        expect(await gateCalls.list({ ...wanted, measures: ['one', 'two'] })).toHaveLength(3)
        expect(await gateCalls.list({ ...wanted, measures: [] })).toEqual([])
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
        expect(await gateCalls.list(wanted)).toEqual([])
        await gateCalls.put(about())
        expect(await gateCalls.list(wanted)).toEqual([])
        expect(await gateCalls.list({ ...wanted, example: 'c' })).toHaveLength(1)
      }),
    )

    it(
      'are kept no longer than answers of models',
      withStore(async ({ gateCalls, pruning }) => {
        await gateCalls.put(about())
        await pruning.answers(0)
        expect(await gateCalls.list(wanted)).toHaveLength(1)
        await pruning.answers(Date.now() + 1e9)
        expect(await gateCalls.list(wanted)).toEqual([])
      }),
    )
  })
}
