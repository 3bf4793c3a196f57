import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'
import {
  event,
  newDocument,
  newIssue,
  newReview,
  prepare,
  reviewWithIssues,
} from './store-samples.ts'

export function describeReviewContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe('reviews', () => {
    it(
      'go from queued to their end once',
      withStore(async (store) => {
        await prepare(store)
        const review = await store.reviews.create(newReview('a'))
        expect(review).toMatchObject({ state: 'queued', issueOrder: 'random', fullReview: true })
        expect(await store.reviews.create({ ...review, requester: 'other' })).toEqual(review)
        expect(await store.reviews.start(review.id)).toBe(true)
        const { startedAt } = (await store.reviews.get(review.id)) ?? {}
        expect(await store.reviews.start(review.id)).toBe(true)
        expect((await store.reviews.get(review.id))?.startedAt).toBe(startedAt)
        const error = { code: 'agent-failed', message: 'One failed.' }
        expect(await store.reviews.end(review.id, { state: 'partial', error })).toBe(true)
        expect(await store.reviews.end(review.id, { state: 'done' })).toBe(false)
        expect(await store.reviews.start(review.id)).toBe(false)
        expect(await store.reviews.get(review.id)).toMatchObject({ state: 'partial', error })
      }),
    )

    it(
      'are listed by document, state and person, newest first',
      withStore(async (store) => {
        await prepare(store)
        const made = []
        for (let i = 0; i < 3; i += 1) made.push(await store.reviews.create(newReview('a')))
        await store.reviews.start(made[0]!.id)
        const all = await store.reviews.list({ documents: ['a'], limit: 9 })
        expect(all).toHaveLength(3)
        const rest = await store.reviews.list({ limit: 9, before: all[0] })
        expect(rest).toEqual(all.slice(1))
        const running = await store.reviews.list({ states: ['running'], limit: 9 })
        expect(running.map(({ id }) => id)).toEqual([made[0]!.id])
        expect(await store.reviews.list({ requester: 'nobody', limit: 9 })).toEqual([])
      }),
    )

    it(
      'that try a draft are listed, and are never the newest of their document',
      withStore(async (store) => {
        await prepare(store)
        const { id } = await store.reviews.create(newReview('a'))
        const trial = await store.reviews.create({ ...newReview('a'), trial: true })
        expect(trial.trial).toBe(true)
        expect((await store.reviews.newestOf(['a'])).map((one) => one.id)).toEqual([id])
        const all = await store.reviews.list({ documents: ['a'], limit: 9 })
        expect(all.map((one) => one.id)).toEqual([trial.id, id])
      }),
    )

    it(
      'are listed for who may see their documents, and the newest of each',
      withStore(async (store) => {
        await prepare(store)
        await store.documents.add(newDocument('hidden', { split: 'test' }))
        const old = await store.reviews.create(newReview('a'))
        const newer = await store.reviews.create(newReview('a'))
        const hidden = await store.reviews.create(newReview('hidden'))
        const scopes = [{ splits: ['evaluation' as const] }]
        const seen = await store.reviews.list({ scopes, limit: 9 })
        expect(seen.map(({ id }) => id)).toEqual([newer.id, old.id])
        expect((await store.reviews.list({ scopes, limit: 9, before: newer }))[0]?.id).toBe(old.id)
        const newest = await store.reviews.newestOf(['a', 'hidden', 'none'])
        expect(newest.map(({ id }) => id).toSorted()).toEqual([newer.id, hidden.id].toSorted())
      }),
    )

    it(
      'are listed in one order for who sees a split and was given documents besides',
      withStore(async (store) => {
        await prepare(store)
        for (const id of ['given', 'hidden']) {
          await store.documents.add(newDocument(id, { split: 'test' }))
        }
        await store.documents.assign('given', 'bob')
        await store.documents.assign('a', 'bob')
        const made = []
        for (const document of ['a', 'given', 'hidden', 'a', 'given']) {
          made.push((await store.reviews.create(newReview(document))).id)
        }
        const splits = ['evaluation' as const, 'test' as const, 'audit' as const]
        const scopes = [{ splits: ['evaluation' as const] }, { splits, assignee: 'bob' }]
        const ids = async (filter: object): Promise<string[]> =>
          (await store.reviews.list({ scopes, limit: 9, ...filter })).map(({ id }) => id)
        const [first = '', second = '', third = '', fourth = '', fifth = ''] = made
        expect(await ids({})).toEqual([fifth, fourth, second, first])
        expect(await ids({ limit: 2 })).toEqual([fifth, fourth])
        const before = await store.reviews.get(fourth)
        expect(await ids({ before })).toEqual([second, first])
        expect(await ids({ documents: ['given', 'hidden'] })).toEqual([fifth, second])
        expect(await ids({ scopes: scopes.slice(1) })).toEqual([fifth, fourth, second, first])
        expect(await ids({ scopes: [] })).toEqual([])
        const seen = made.map((id) => store.reviews.get(id, scopes))
        expect((await Promise.all(seen)).map((one) => one !== null)).toEqual(
          made.map((id) => id !== third),
        )
      }),
    )

    it(
      'tell how far they are by agent',
      withStore(async (store) => {
        const { review } = await reviewWithIssues(store, 3)
        const error = { code: 'rate-limited', message: 'Too many requests.' }
        await store.parts.plan(review, [{ agent: 'other', chunk: 0 }])
        await store.parts.fail({ review, agent: 'other', chunk: 0 }, { error, events: [] })
        const tallies = await store.parts.tally([review, 'none'])
        expect(tallies.toSorted((a, b) => (a.state < b.state ? -1 : 1))).toEqual([
          { review, agent: 'grammar', state: 'done', parts: 1, issues: 3, leftOut: 4, error: null },
          { review, agent: 'other', state: 'failed', parts: 1, issues: 0, leftOut: 0, error },
          {
            review,
            agent: 'grammar',
            state: 'pending',
            parts: 1,
            issues: 0,
            leftOut: 0,
            error: null,
          },
        ])
      }),
    )

    it(
      'keep the issues of a part with its end and its events, once',
      withStore(async (store) => {
        const { review, issues } = await reviewWithIssues(store, 3)
        expect((await store.issues.list(review)).map(({ issue }) => issue)).toEqual(issues)
        const part = { review, agent: 'grammar', chunk: 0 }
        expect(
          await store.parts.finish(part, { issues: [newIssue(77)], events: [event('x')] }),
        ).toBe(false)
        expect(await store.issues.list(review)).toHaveLength(3)
        expect(await store.events.since(review, { after: 0, limit: 9 })).toHaveLength(1)
        expect(await store.parts.list(review)).toMatchObject([
          { agent: 'grammar', chunk: 0, state: 'done', issues: 3 },
          { agent: 'grammar', chunk: 1, state: 'pending', issues: null },
        ])
      }),
    )

    it(
      'keep nothing of a part when one of its issues cannot be kept',
      withStore(async (store) => {
        const { review, issues } = await reviewWithIssues(store, 1)
        const part = { review, agent: 'grammar', chunk: 1 }
        const found = { issues: [newIssue(50), issues[0]!], events: [event('x')] }
        await expect(store.parts.finish(part, found)).rejects.toThrow(/unique/i)
        expect(await store.issues.list(review)).toHaveLength(1)
        expect((await store.parts.list(review))[1]).toMatchObject({ state: 'pending' })
        expect(await store.parts.finish(part, { ...found, issues: [newIssue(50)] })).toBe(true)
      }),
    )

    it(
      'try failed parts again and keep those that are planned twice',
      withStore(async (store) => {
        const { review } = await reviewWithIssues(store, 1)
        const part = { review, agent: 'grammar', chunk: 1 }
        const error = { code: 'rate-limited', message: 'Too many requests.' }
        expect(await store.parts.fail(part, { error, events: [event('error')] })).toBe(true)
        await store.parts.plan(review, [
          { agent: 'grammar', chunk: 1 },
          { agent: 'grammar', chunk: 2 },
        ])
        expect((await store.parts.list(review)).map(({ state }) => state)).toEqual([
          'done',
          'failed',
          'pending',
        ])
        expect((await store.parts.list(review))[1]?.error).toEqual(error)
        expect(await store.parts.finish(part, { issues: [], events: [] })).toBe(true)
        expect(await store.parts.fail(part, { error, events: [] })).toBe(false)
      }),
    )

    it(
      'take thousands of issues in one part, in document order',
      withStore(async (store) => {
        const { review, issues } = await reviewWithIssues(store, 2000)
        const listed = await store.issues.list(review)
        expect(listed.map(({ id }) => id)).toEqual(issues.map(({ id }) => id))
        expect(await store.issues.get(issues[7]!.id)).toMatchObject({ issue: issues[7] })
        expect(await store.issues.get('none')).toBeNull()
      }),
    )

    it(
      'number their events without gaps, also when many write at once',
      withStore(async ({ events, ...store }) => {
        const { review } = await reviewWithIssues(store, 1)
        await Promise.all(
          Array.from({ length: 30 }, (_, i) =>
            events.append(review, [event(`${i}a`), event(`${i}b`)]),
          ),
        )
        const all = await events.since(review, { after: 0, limit: 100 })
        expect(all.map(({ sequence }) => sequence)).toEqual(
          Array.from({ length: 61 }, (_, i) => i + 1),
        )
        const next = await events.since(review, { after: 59, limit: 100 })
        expect(next).toEqual(all.slice(59))
        // Those of one call stay together.
        const kinds = all.slice(1).map(({ kind }) => kind)
        for (let i = 0; i < kinds.length; i += 2)
          expect(kinds[i + 1]).toBe(kinds[i]?.replace('a', 'b'))
      }),
    )
  })
}
