import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { NewReadMark } from '../schema/stored-read-mark.ts'
import { type CreatePlace, usingStore } from './contract-place.ts'
import {
  event,
  longDocument,
  newDocument,
  newReview,
  readMark,
  reviewWithIssues,
} from './store-samples.ts'
import type { Store } from './store.ts'

/** A document that is read, with its review. */
async function readyDocument(store: Store): Promise<string> {
  const { review } = await reviewWithIssues(store, 1)
  await store.documents.markReady('a', longDocument('a'))
  return review
}

async function readers(store: Store, document = 'a'): Promise<string[]> {
  const marks = (await store.readMarks.of([document])).get(document)?.marks ?? []
  return marks.map(({ person }) => person)
}

/** With so many of its pages read by OCR. */
function scanned(pages: number) {
  const page = { number: 1, width: 612, height: 792, hasText: false }
  const read = Array.from({ length: 3 }, (_, i) => ({ ...page, ocr: i < pages }))
  return { ...longDocument('a'), pages: read }
}

export function describeReadMarkContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe('marks of documents that were read', () => {
    it(
      'count with the newest of each person, whichever review they were made on',
      withStore(async (store) => {
        const review = await readyDocument(store)
        const later = (await store.reviews.create(newReview('a'))).id
        expect(await store.readMarks.of(['a', 'none'])).toEqual(new Map())
        const say = (person: string, kind: NewReadMark['kind'], on = review) =>
          store.readMarks.add(readMark(on, 'a', { person, kind }))
        await say('ann', 'read')
        await say('bob', 'read')
        await say('ann', 'withdrawn', later)
        expect(await readers(store)).toEqual(['bob'])
        await say('ann', 'read', later)
        const state = (await store.readMarks.of(['a'])).get('a')
        expect(state).toMatchObject({
          version: 4,
          marks: [
            { document: 'a', person: 'bob', review },
            { document: 'a', person: 'ann', review: later },
          ],
        })
        await say('ann', 'withdrawn')
        await say('bob', 'withdrawn')
        expect((await store.readMarks.of(['a'])).get('a')).toEqual({ version: 6, marks: [] })
      }),
    )

    it(
      'are one when they are sent twice, also when they were taken back in between',
      withStore(async (store) => {
        const review = await readyDocument(store)
        const told = [event('read')]
        const mark = readMark(review)
        const before = (await store.reviews.get(review))?.lastEvent ?? 0
        await store.readMarks.add(mark, told)
        await store.readMarks.add(mark, told)
        await store.readMarks.add(readMark(review, 'a', { kind: 'withdrawn' }), told)
        await store.readMarks.add(mark, told)
        expect((await store.readMarks.of(['a'])).get('a')).toEqual({ version: 2, marks: [] })
        const events = await store.events.since(review, { after: before, limit: 9 })
        expect(events.map(({ kind }) => kind)).toEqual(['read', 'read'])
        // The id of one person says nothing of another's.
        await store.readMarks.add({ ...mark, person: 'bob' })
        expect(await readers(store)).toEqual(['bob'])
      }),
    )

    it('are all kept when many are made at once, by two servers', async () => {
      await using place = await createPlace()
      await using store = await place.open()
      const review = await readyDocument(store)
      await using other = await place.open()
      await Promise.all(
        Array.from({ length: 30 }, (_, i) => {
          const mark = readMark(review, 'a', { person: `person ${i % 15}` })
          return (i % 2 === 0 ? store : other).readMarks.add(mark, [event('read')])
        }),
      )
      const state = (await store.readMarks.of(['a'])).get('a')
      expect(state?.version).toBe(30)
      expect(new Set(await readers(store)).size).toBe(15)
      expect(state?.marks).toHaveLength(15)
    })

    it(
      'are refused where there is no text to have read, and nothing is told of them',
      withStore(async (store) => {
        const { review } = await reviewWithIssues(store, 1)
        const before = (await store.reviews.get(review))?.lastEvent
        const add = () => store.readMarks.add(readMark(review), [event('read')])
        await expect(add()).rejects.toMatchObject({ code: 'document-not-ready' })
        await store.documents.markReady('a', longDocument('a'))
        await store.documents.forget('a')
        await expect(add()).rejects.toMatchObject({ code: 'document-not-ready' })
        expect((await store.reviews.get(review))?.lastEvent).toBe(before)
        expect(await store.readMarks.of(['a'])).toEqual(new Map())
      }),
    )

    it('stay when the document is forgotten, and say nothing of the file that comes again', async () => {
      await using place = await createPlace()
      let time = 1000
      await using store = await place.open(() => time)
      const review = await readyDocument(store)
      await store.readMarks.add(readMark(review))
      await store.documents.forget('a')
      expect(await readers(store)).toEqual(['ann'])
      time = 2000
      await store.documents.add(newDocument('a'))
      await store.documents.markReady('a', longDocument('a'))
      expect((await store.readMarks.of(['a'])).get('a')).toEqual({ version: 1, marks: [] })
      await store.readMarks.add(readMark(review))
      expect(await readers(store)).toEqual(['ann'])
    })

    it(
      'end when OCR reads more of the text, and only then',
      withStore(async (store) => {
        const review = await readyDocument(store)
        await store.documents.markReady('a', scanned(0))
        await store.readMarks.add(readMark(review))
        await store.documents.readAgain('a', { ocr: true })
        await store.documents.markReady('a', scanned(0))
        expect(await readers(store)).toEqual(['ann'])
        await store.documents.markReady('a', scanned(2))
        expect(await readers(store)).toEqual([])
        await store.readMarks.add(readMark(review))
        expect(await readers(store)).toEqual(['ann'])
      }),
    )

    it(
      'never change and never go',
      withStore(async (store) => {
        const review = await readyDocument(store)
        await store.readMarks.add(readMark(review))
        const { db } = store.accountTables
        for (const change of [`update read_marks set person = 'eve'`, `delete from read_marks`]) {
          await expect(sql.raw(change).execute(db)).rejects.toThrow('append-only')
        }
        expect(await readers(store)).toEqual(['ann'])
      }),
    )
  })
}
