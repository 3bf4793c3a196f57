import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'
import { answer, datasetEntry, newDatasetVersion, newDocument } from './store-samples.ts'

export function describeAnswerContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe('answers', () => {
    it(
      'of models are kept as they came first',
      withStore(async ({ answers }) => {
        expect(await answers.get('key')).toBeNull()
        const first = { key: 'key', answer, document: null }
        await answers.put(first)
        await answers.put({ ...first, answer: { ...answer, value: 'other' } })
        expect(await answers.get('key')).toEqual(answer)
      }),
    )

    it(
      'of models come in hundreds at once, each to its key',
      withStore(async ({ answers }) => {
        const all = Array.from({ length: 1200 }, (_, i) => {
          return { key: `key ${i}`, answer: { ...answer, value: `answer ${i}` }, document: null }
        })
        await answers.putAll(all)
        await answers.putAll([])
        const keys = [...all.map(({ key }) => key), 'none', 'key 7']
        const found = await Promise.all(keys.map((key) => answers.get(key)))
        expect(found.slice(0, 1200)).toEqual(all.map((one) => one.answer))
        expect(found.slice(1200)).toEqual([null, all[7]?.answer])
      }),
    )

    it(
      'about an example go with its text, once all documents are forgotten that it was made of',
      withStore(async ({ answers, datasets, documents, pruning }) => {
        for (const id of ['a', 'b']) await documents.add(newDocument(id))
        const entry = (id: string, document: string, source?: string) =>
          datasetEntry(id, 'test', {
            document,
            hash: `labelled ${document}`,
            provenance: source === undefined ? null : { source },
          })
        const entries = [
          entry('alone', 'of a', 'a'),
          entry('in both', 'of a and b', 'a'),
          entry('in both, too', 'of a and b', 'b'),
          entry('brought', 'of a and a file', 'a'),
          entry('brought, too', 'of a and a file'),
        ]
        const version = newDatasetVersion(entries, { hash: 'aa11' })
        const first = await datasets.addVersion(version)
        await datasets.addVersion({ ...version, after: first, hash: 'bb22' })
        const about = ['of a', 'of a and b', 'of a and a file', 'of no example']
        const putAll = async (when: string): Promise<void> => {
          for (const document of about)
            await answers.put({ key: `${document} ${when}`, answer, document })
        }
        const left = async (when: string): Promise<string[]> => {
          const found = await Promise.all(about.map((name) => answers.get(`${name} ${when}`)))
          return about.filter((_, i) => found[i] !== null)
        }
        await putAll('before')
        expect(await left('before')).toEqual(about)
        await documents.forget('a')
        expect(await left('before')).toEqual(about.slice(1))
        await putAll('late')
        expect(await left('late')).toEqual(about.slice(1))
        await documents.forget('b')
        await pruning.datasets(0)
        for (const when of ['before', 'late']) expect(await left(when)).toEqual(about.slice(2))
      }),
    )
  })
}
