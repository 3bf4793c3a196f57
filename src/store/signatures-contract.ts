import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'
import type { Filing } from './documents.ts'
import { plantText } from './split-samples.ts'
import { datasetEntry, longDocument, newDatasetVersion, newDocument } from './store-samples.ts'
import type { Store } from './store.ts'

const contentOf = (value: number) => Uint8Array.of(0, value)

async function addReady(store: Store, id: string, split: 'evaluation' | 'test' = 'evaluation') {
  await store.documents.add(newDocument(id, { split }))
  await store.documents.markReady(id, longDocument(id))
}

async function sign(store: Store, id: string, keys: number[]): Promise<boolean> {
  const seen = await store.signatures.last()
  return store.signatures.add(id, { content: contentOf(keys.length), keys, seen })
}

export function describeSignatureContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)
  const found = async ({ signatures }: Store, keys: number[], hidden = false) =>
    (await signatures.lookUp(keys, { hidden })).map(({ document }) => document)

  describe('signatures', () => {
    it(
      'find documents by their shingles, the likeliest first, with their groups',
      withStore(async (store) => {
        for (const id of ['a', 'b', 'c']) await addReady(store, id)
        expect(await sign(store, 'a', [1, 2, 2 ** 32 - 1])).toBe(true)
        expect(await sign(store, 'b', [1, 2, 3, 4])).toBe(true)
        expect(await sign(store, 'c', [9])).toBe(true)
        const candidates = await store.signatures.lookUp([1, 2, 3, 5], { hidden: false })
        expect(candidates).toMatchObject([
          { document: 'b', group: { id: 'group-b', split: 'evaluation', shownToEngineer: false } },
          { document: 'a', group: { id: 'group-a' } },
        ])
        expect(candidates.map(({ content }) => [...content])).toEqual([
          [0, 4],
          [0, 3],
        ])
        expect(await found(store, [2 ** 32 - 1])).toEqual(['a'])
        expect(await found(store, [])).toEqual([])
      }),
    )

    it(
      'of hidden documents and of others are looked up apart, and push none of each other out',
      withStore(async (store) => {
        await addReady(store, 'hidden', 'test')
        await sign(store, 'hidden', [1])
        for (let i = 0; i < 25; i += 1) {
          await addReady(store, `v${i}`)
          await sign(store, `v${i}`, [1, 2])
        }
        expect(await found(store, [1, 2], true)).toEqual(['hidden'])
        expect(await found(store, [1, 2])).toHaveLength(20)
        expect(await found(store, [1, 2])).not.toContain('hidden')
      }),
    )

    it(
      'are kept only by who has seen the newest one, so that of two copies one sees the other',
      withStore(async (store) => {
        for (const id of ['a', 'b']) await addReady(store, id)
        const seen = await store.signatures.last()
        const kept = await Promise.all(
          ['a', 'b'].map(async (id) =>
            store.signatures.add(id, { content: contentOf(1), keys: [7], seen }),
          ),
        )
        expect(kept.filter(Boolean)).toHaveLength(1)
        const missing = await store.signatures.missing(9)
        expect(missing).toHaveLength(1)
        expect(await sign(store, missing[0] ?? '', [7])).toBe(true)
        expect((await found(store, [7])).toSorted()).toEqual(['a', 'b'])
      }),
    )

    it(
      'go with the group of a document in one step, or the document is not ready either',
      withStore(async (store) => {
        const { documents, groups, signatures } = store
        await documents.add(newDocument('a', { split: 'test' }))
        const group = { id: 'joined', split: 'test' as const, shownToEngineer: false }
        const ofText = { ...group, id: 'of-text' }
        const signature = { content: contentOf(1), keys: [7], seen: 5 }
        const text = longDocument('a')
        expect(await documents.markReady('a', text, { group, ofText, signature })).toBe(false)
        expect(await documents.get('a')).toMatchObject({ state: 'reading', group: 'group-a' })
        expect(await groups.get('of-text')).toBeNull()
        const filing = { group, ofText, signature: { ...signature, seen: 0 } }
        expect(await documents.markReady('a', text, filing)).toBe(true)
        expect(await documents.get('a')).toMatchObject({ state: 'ready', group: 'joined' })
        expect(await groups.get('of-text')).toEqual(ofText)
        expect(await found(store, [7], true)).toEqual(['a'])
        expect(await signatures.last()).toBe(1)
      }),
    )

    it(
      'are kept only where the group is as it was taken to be; otherwise the document is to be filed again',
      withStore(async (store) => {
        const { documents } = store
        const shown = (id: string) => ({
          id,
          split: 'evaluation' as const,
          shownToEngineer: true,
        })
        await documents.add({ ...newDocument('a'), group: shown('reading') })
        for (const id of ['text', 'drawn', 'said']) await plantText(store, id, 'test')
        await plantText(store, 'open', 'evaluation')
        const file = async (filing: Filing) => documents.markReady('a', longDocument('a'), filing)
        const hidden = (id: string) => ({
          id,
          split: 'audit' as const,
          shownToEngineer: false,
        })
        for (const filing of [
          { group: shown('text'), ofText: shown('text') },
          { group: shown('open'), ofText: shown('text') },
          { group: hidden('open') },
          { group: hidden('drawn') },
        ]) {
          expect(await file(filing)).toBe(false)
          expect(await documents.get('a')).toMatchObject({ state: 'reading', group: 'reading' })
        }
        // A custodian has said another split for it than its group has.
        const said = [{ textGroup: 'said', split: 'audit' as const }]
        const entry = datasetEntry('said', 'audit', { textGroup: 'said' })
        await store.datasets.addVersion({ ...newDatasetVersion([entry], { hash: 'aa11' }), said })
        expect(await file({ group: hidden('said'), ofText: hidden('open') })).toBe(true)
      }),
    )

    it(
      'are not kept beside a dataset that hides the text at the same time',
      withStore(async ({ datasets, documents }) => {
        for (let i = 0; i < 10; i += 1) {
          const id = `text ${i}`
          const group = { id, split: 'evaluation' as const, shownToEngineer: true }
          await documents.add({ ...newDocument(id), group: { ...group, id: `reading ${i}` } })
          const entry = datasetEntry(id, 'test', { textGroup: id })
          const version = newDatasetVersion([entry], { hash: id })
          const [filed, hidden] = await Promise.allSettled([
            documents.markReady(id, longDocument(id), { group, ofText: group }),
            datasets.addVersion({ ...version, dataset: `dataset ${i}` }),
          ])
          expect(filed).toMatchObject({ value: hidden.status === 'rejected' })
        }
      }),
    )

    it(
      'are forgotten with their document, and not kept of one that is forgotten',
      withStore(async (store) => {
        await addReady(store, 'a')
        await sign(store, 'a', [7])
        await store.documents.forget('a')
        expect(await found(store, [7])).toEqual([])
        expect(await sign(store, 'a', [7])).toBe(false)
        expect(await store.signatures.last()).toBe(0)
        expect(await store.signatures.missing(9)).toEqual([])
      }),
    )

    it(
      'change when the text has grown',
      withStore(async (store) => {
        await addReady(store, 'a')
        await sign(store, 'a', [7, 8])
        await store.signatures.replace('a', { content: contentOf(9), keys: [8, 9] })
        expect(await found(store, [7])).toEqual([])
        expect(await found(store, [9])).toEqual(['a'])
        expect(await store.signatures.last()).toBe(1)
      }),
    )

    it(
      'are made anew once where they are from before passages were looked up, and found until then',
      withStore(async (store) => {
        await addReady(store, 'a')
        const renewed = { content: contentOf(9), keys: [8, 9] }
        expect(await store.signatures.renew('a', renewed)).toBe(false)
        await sign(store, 'a', [7, 8])
        expect(await store.signatures.renew('a', renewed)).toBe(false)
        const { db } = store.accountTables
        await sql`update document_signatures set has_passages = 0`.execute(db)
        expect(await found(store, [7])).toEqual(['a'])
        expect(await store.signatures.missing(9)).toEqual(['a'])
        expect(await store.signatures.renew('a', renewed)).toBe(true)
        expect([await found(store, [7]), await found(store, [9])]).toEqual([[], ['a']])
        expect(await store.signatures.missing(9)).toEqual([])
      }),
    )

    it(
      'may be empty: the document was looked at and is too short',
      withStore(async (store) => {
        await addReady(store, 'a')
        expect(await store.signatures.missing(9)).toEqual(['a'])
        const seen = await store.signatures.last()
        await store.signatures.add('a', { content: new Uint8Array(), keys: [], seen })
        expect(await store.signatures.missing(9)).toEqual([])
      }),
    )

    it(
      'are found by no shingle that a hundred documents have already: that is the text of a form',
      withStore(async (store) => {
        for (let i = 0; i < 102; i += 1) {
          const id = `d${String(i).padStart(3, '0')}`
          await addReady(store, id)
          await sign(store, id, [1, 1000 + i])
        }
        expect(await found(store, [1101])).toEqual(['d101'])
        expect(await found(store, [1, 1000])).toContain('d000')
        const { db } = store.accountTables
        const counted = sql<{ count: number }>`
          select count(*) as count from document_shingles where shingle = 1`
        expect((await counted.execute(db)).rows).toEqual([{ count: 100 }])
      }),
    )
  })
}
