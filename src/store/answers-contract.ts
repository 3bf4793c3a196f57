import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'
import { answer } from './store-samples.ts'

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
  })
}
