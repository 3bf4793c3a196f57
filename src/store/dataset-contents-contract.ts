import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'
import {
  addLetters,
  datasetEntry,
  letters,
  newDatasetVersion,
  newDocument,
  newLabelSet,
  prepare,
} from './store-samples.ts'

const page = { limit: 99 }

export function describeDatasetContentContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe('texts and labels of datasets', () => {
    it(
      'are kept once, which versions share',
      withStore(async (store) => {
        const { datasets } = store
        const first = await addLetters(store)
        const next = newDatasetVersion(letters.slice(1), { hash: 'bb22', after: first })
        const second = await datasets.addVersion({ ...next, contents: [] })
        const shared = await datasets.example('everything', second.id, 'b')
        expect(shared).toEqual(await datasets.example('everything', first.id, 'b'))
      }),
    )

    it(
      'go with a document that is forgotten, unless others have them from somewhere else',
      withStore(async (store) => {
        const { datasets } = store
        await prepare(store)
        const provenance = { source: 'a' }
        const shared = { document: 'shared text', hash: 'shared content' }
        const entries = [
          datasetEntry('made', 'test', { provenance }),
          datasetEntry('shared', 'test', { ...shared, provenance }),
          datasetEntry('theirs', 'test', shared),
          datasetEntry('zz other', 'test'),
        ]
        const { id } = await datasets.addVersion(newDatasetVersion(entries, { hash: 'aa11' }))
        const example = { ...newLabelSet('ann'), example: 'made', document: entries[0]!.document }
        await store.labelSets.save({ ...example, state: 'handed-in' })
        await store.labelSets.save({
          ...newLabelSet('ann'),
          example: 'shared',
          document: 'shared text',
        })
        await store.documents.forget('a')
        const sets = await store.labelSets.ofVersion('letters', id)
        expect(sets.map((set) => set.example)).toEqual(['shared'])
        const found = await datasets.examples('everything', id, page)
        expect(found.map((one) => [one.id, one.content === null])).toEqual([
          ['made', true],
          ['shared', false],
          ['theirs', false],
          ['zz other', false],
        ])
        expect(await datasets.entries('everything', id, page)).toEqual(entries)
      }),
    )

    it(
      'go when all documents are forgotten that they were made of',
      withStore(async (store) => {
        const { datasets, documents } = store
        for (const id of ['a', 'b']) await documents.add(newDocument(id))
        const shared = { document: 'shared text', hash: 'shared content' }
        const entries = ['a', 'b'].map((source) =>
          datasetEntry(`of ${source}`, 'evaluation', { ...shared, provenance: { source } }),
        )
        const { id } = await datasets.addVersion(newDatasetVersion(entries, { hash: 'aa11' }))
        const texts = async (): Promise<boolean[]> =>
          (await datasets.examples('everything', id, page)).map(({ content }) => content !== null)
        await documents.forget('a')
        expect(await texts()).toEqual([true, true])
        await documents.forget('b')
        expect(await texts()).toEqual([false, false])
      }),
    )

    it(
      'of a document that was forgotten while a version was made of it are not kept',
      withStore(async (store) => {
        const { datasets, documents } = store
        for (const id of ['a', 'b']) await documents.add(newDocument(id))
        const entries = ['a', 'b'].map((source) =>
          datasetEntry(source, 'test', { provenance: { source } }),
        )
        await documents.forget('a')
        const { id } = await datasets.addVersion(newDatasetVersion(entries, { hash: 'aa11' }))
        const { db } = store.accountTables
        const texts = await db.selectFrom('dataset_texts').select('document').execute()
        const labels = await db.selectFrom('dataset_labels').select('hash').execute()
        expect([texts, labels]).toEqual([[{ document: 'text b' }], [{ hash: 'content b' }]])
        expect(await datasets.entries('everything', id, page)).toEqual(entries)
      }),
    )

    it(
      'are packed no second time when only labels are new',
      withStore(async (store) => {
        const first = await addLetters(store)
        const [entry] = letters
        if (entry === undefined) throw new Error('There is no example.')
        const next = newDatasetVersion([{ ...entry, hash: 'other labels' }], {
          hash: 'bb22',
          after: first,
        })
        const packed: string[] = []
        const contents = next.contents.map((content) => {
          const paragraphs = Object.assign([...content.paragraphs], {
            toJSON: () => packed.push(content.document),
          })
          return { ...content, paragraphs }
        })
        const { id } = await store.datasets.addVersion({ ...next, contents })
        expect(packed).toEqual([])
        const relabelled = await store.datasets.example('everything', id, entry.id)
        expect(relabelled?.content?.paragraphs).toEqual(next.contents[0]?.paragraphs)
      }),
    )
  })
}
