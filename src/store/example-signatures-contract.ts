import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'
import type { ExampleSignature } from './example-signatures.ts'
import { plantShown, plantText } from './split-samples.ts'
import { datasetEntry, newDatasetVersion, newDocument } from './store-samples.ts'
import type { Store } from './store.ts'

/** Of the example that `datasetEntry` makes with that id. */
function signatureFor(id: string, keys: number[]): ExampleSignature {
  return { ...datasetEntry(id, 'test'), content: Uint8Array.of(0, keys.length), keys }
}

/** Their versions were added. */
async function plantTexts(store: Store, ...ids: string[]) {
  for (const id of ids) await plantText(store, datasetEntry(id, 'test').textGroup, 'test')
}

async function addVersion({ datasets }: Store, ids: { hidden: string[]; open?: string[] }) {
  const { hidden, open = [] } = ids
  const provenance = { source: 'a' }
  const entries = [
    ...hidden.map((id) => datasetEntry(id, 'test', { provenance })),
    ...open.map((id) => datasetEntry(id, 'evaluation')),
  ]
  await datasets.addVersion(newDatasetVersion(entries, { hash: 'aa11' }))
}

export function describeExampleSignatureContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)
  const found = async ({ signatures }: Store, keys: number[]) =>
    (await signatures.lookUpExamples(keys)).map(({ document }) => document)

  describe('signatures of hidden examples', () => {
    it(
      'find them by their shingles, the likeliest first, with their groups',
      withStore(async (store) => {
        const { signatures } = store
        await plantTexts(store, 'a', 'b', 'c')
        expect(await signatures.hasExamples()).toBe(false)
        const last = 2 ** 32 - 1
        await signatures.addExamples([signatureFor('a', [1, 2, last])])
        await signatures.addExamples([signatureFor('b', [1, 2, 3, 4]), signatureFor('c', [9])])
        expect(await signatures.hasExamples()).toBe(true)
        const candidates = await signatures.lookUpExamples([1, 2, 3, 5])
        const group = { id: 'group b', split: 'test', shownToEngineer: false }
        expect(candidates).toMatchObject([{ document: 'text b', group }, { document: 'text a' }])
        expect(candidates.map(({ content }) => [...content])).toEqual([
          [0, 4],
          [0, 3],
        ])
        expect(await found(store, [last])).toEqual(['text a'])
        expect(await found(store, [])).toEqual([])
      }),
    )

    it(
      'are in the group of their text and in its split, whatever the version that signed them wanted',
      withStore(async (store) => {
        const { datasets, signatures } = store
        await plantText(store, 'group a', 'audit')
        await plantText(store, 'group b', 'test')
        await plantText(store, 'group seen', 'evaluation')
        const inBook = (id: string) => ({ ...signatureFor(id, [1]), group: 'group book' })
        await signatures.addExamples(['a', 'b', 'seen', 'never came'].map(inBook))
        const said = [{ textGroup: 'group b', split: 'audit' as const }]
        const entries = [datasetEntry('b', 'audit')]
        await datasets.addVersion({ ...newDatasetVersion(entries, { hash: 'aa11' }), said })
        const groups = (await signatures.lookUpExamples([1])).map(({ group }) => group)
        expect(groups).toEqual([
          { id: 'group a', split: 'audit', shownToEngineer: false },
          { id: 'group b', split: 'audit', shownToEngineer: false },
        ])
      }),
    )

    it(
      'of one text are there once, and not found any more when the text was shown',
      withStore(async (store) => {
        await plantTexts(store, 'a', 'b')
        await store.signatures.addExamples([signatureFor('a', [1]), signatureFor('b', [1])])
        await store.signatures.addExamples([signatureFor('a', [1, 2])])
        expect(await store.signatures.signedExamples(['text a', 'text x'])).toEqual(
          new Set(['text a']),
        )
        await plantShown(store, 'group a')
        expect(await found(store, [1])).toEqual(['text b'])
      }),
    )

    it(
      'are missing of hidden examples alone, until they are there or the text is gone',
      withStore(async (store) => {
        await store.documents.add(newDocument('a', { split: 'test' }))
        await addVersion(store, { hidden: ['b', 'c'], open: ['d'] })
        const missing = async () =>
          (await store.signatures.missingExamples(9)).map(({ document }) => document).toSorted()
        expect(await missing()).toEqual(['text b', 'text c'])
        const [one] = await store.signatures.missingExamples(1)
        expect(one?.paragraphs.length).toBeGreaterThan(0)
        await store.signatures.addExamples([
          { ...signatureFor('b', []), content: new Uint8Array() },
        ])
        expect(await missing()).toEqual(['text c'])
        await store.documents.forget('a')
        expect(await missing()).toEqual([])
      }),
    )

    it(
      'are made anew where they are from before passages were looked up',
      withStore(async (store) => {
        await addVersion(store, { hidden: ['b'], open: [] })
        await store.signatures.addExamples([signatureFor('b', [1])])
        const { db } = store.accountTables
        await sql`update example_signatures set has_passages = 0`.execute(db)
        expect(await store.signatures.missingExamples(9)).toMatchObject([{ document: 'text b' }])
        await store.signatures.addExamples([signatureFor('b', [2])])
        expect(await store.signatures.missingExamples(9)).toEqual([])
        expect([await found(store, [1]), await found(store, [2])]).toEqual([[], ['text b']])
      }),
    )

    it(
      'go with the text of the document that it was taken from',
      withStore(async (store) => {
        await store.documents.add(newDocument('a', { split: 'test' }))
        await addVersion(store, { hidden: ['b'] })
        await plantTexts(store, 'other')
        await store.signatures.addExamples([signatureFor('b', [1]), signatureFor('other', [1])])
        await store.documents.forget('a')
        expect(await found(store, [1])).toEqual(['text other'])
        expect(await store.signatures.signedExamples(['text b', 'text other'])).toEqual(
          new Set(['text other']),
        )
      }),
    )
  })
}
