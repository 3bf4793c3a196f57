import { describe, expect, it } from 'vitest'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import { type CreatePlace, usingStore } from './contract-place.ts'
import { event, longDocument, newDocument, newIssue, newReview } from './store-samples.ts'
import type { Store } from './store.ts'

const error = { code: 'rate-limited', message: 'Too many requests.' }

function finished(sha256: string, own: { hidden?: boolean; shown?: boolean } = {}) {
  const document = newDocument(sha256, own.hidden ? { split: 'test' } : {})
  const { id, ...review } = newReview(sha256)
  const issues = Array.from({ length: 700 }, (_, i) => newIssue(i * 10))
  return {
    review: { id, ...review, state: 'partial' as const, startedAt: 5 },
    parts: [
      { agent: 'grammar', chunk: 0, issues, leftOut: 2 },
      { agent: 'grammar', chunk: 1, error },
    ],
    events: [event('issues'), event('complete')],
    document: {
      ...document,
      group: { ...document.group, shownToEngineer: own.shown ?? false },
      text: longDocument(sha256),
    },
  }
}

async function isEmpty(store: Store, { review }: ReturnType<typeof finished>): Promise<boolean> {
  const parts = await store.parts.list(review.id)
  return (await store.reviews.get(review.id)) === null && parts.length === 0
}

export function describeFinishedReviewContract(createPlace: CreatePlace): void {
  const withStore = (use: (store: Store) => Promise<void>) =>
    usingStore(createPlace)(async (store) => {
      await store.flowVersions.put({ hash: 'flow-hash', name: 'flow', manifest: {} })
      await use(store)
    })

  describe('finished reviews', () => {
    it(
      'are kept with their document, parts, issues and events',
      withStore(async (store) => {
        const { review, parts, document, ...rest } = finished('a', { shown: true })
        expect(await store.finishedReviews.keep({ review, parts, document, ...rest })).toBe(true)
        expect(await store.documents.get('a')).toMatchObject({ state: 'ready', pages: 1 })
        expect(await store.documents.text('a')).toEqual(document.text)
        expect(await store.groups.get('group-a')).toMatchObject({ shownToEngineer: true })
        const kept = await store.reviews.get(review.id)
        expect(kept).toMatchObject({ ...review, createdAt: 5, lastEvent: 2, error: null })
        expect(kept?.endedAt).toBeGreaterThan(5)
        expect(await store.parts.list(review.id)).toMatchObject([
          { chunk: 0, state: 'done', issues: 700, leftOut: 2, error: null },
          { chunk: 1, state: 'failed', issues: null, error },
        ])
        expect(await store.issues.list(review.id)).toHaveLength(700)
        const events = await store.events.since(review.id, { after: 0, limit: 9 })
        expect(events.map(({ kind }) => kind)).toEqual(['issues', 'complete'])
      }),
    )

    it(
      'of a document that is there and ready are one more review of it',
      withStore(async (store) => {
        const { document, ...first } = finished('a')
        expect(await store.finishedReviews.keep(first)).toBe(false)
        expect(await isEmpty(store, { document, ...first })).toBe(true)
        expect(await store.finishedReviews.keep({ document, ...first })).toBe(true)
        const { document: _again, ...second } = finished('a')
        expect(await store.finishedReviews.keep(second)).toBe(true)
        expect(await store.reviews.list({ documents: ['a'], limit: 9 })).toHaveLength(2)
      }),
    )

    it(
      'are nothing when one of their issues cannot be kept',
      withStore(async (store) => {
        const one = finished('a')
        const [part] = one.parts
        const issues = part?.issues ?? []
        const repeated = { agent: 'other', chunk: 0, issues: issues.slice(0, 1), leftOut: 0 }
        const broken = { ...one, parts: [...one.parts, repeated] }
        await expect(store.finishedReviews.keep(broken)).rejects.toThrow(/unique/i)
        expect(await isEmpty(store, one)).toBe(true)
        expect(await store.documents.get('a')).toBeNull()
        expect(await store.groups.get('group-a')).toBeNull()
      }),
    )

    it(
      'do not bring a document that somebody else added meanwhile, nor show a hidden group',
      withStore(async (store) => {
        const other = newDocument('a', { split: 'audit' })
        await store.documents.add({ ...other, group: { ...other.group, id: timeOrderedId() } })
        expect(await store.finishedReviews.keep(finished('a', { shown: true }))).toBe(false)
        expect(await store.documents.get('a')).toMatchObject({ state: 'reading', split: 'audit' })
        await store.documents.add({ ...newDocument('c', { split: 'test' }) })
        const copy = finished('b', { shown: true })
        const inHidden = { ...copy.document.group, id: 'group-c' }
        const brought = { ...copy, document: { ...copy.document, group: inHidden } }
        expect(await store.finishedReviews.keep(brought)).toBe(false)
        expect(await store.documents.get('b')).toBeNull()
        expect(await store.groups.get('group-c')).toMatchObject({ shownToEngineer: false })
      }),
    )

    it(
      'bring a document back that was forgotten',
      withStore(async (store) => {
        await store.finishedReviews.keep(finished('a'))
        await store.documents.forget('a')
        const { document: _left, ...late } = finished('a')
        expect(await store.finishedReviews.keep(late)).toBe(false)
        expect(await store.finishedReviews.keep(finished('a'))).toBe(true)
        expect(await store.documents.get('a')).toMatchObject({ state: 'ready', forgottenAt: null })
      }),
    )
  })
}
