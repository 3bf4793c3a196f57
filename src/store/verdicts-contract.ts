import { describe, expect, it } from 'vitest'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { Issue } from '../schema/issue.ts'
import type { Judgement } from '../schema/verdict.ts'
import { type CreatePlace, usingStore } from './contract-place.ts'
import { event, newIssue, newReview, reviewWithIssues, verdict } from './store-samples.ts'

export function describeVerdictContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe('verdicts', () => {
    it(
      'are kept together with the events that tell of them, or neither is',
      withStore(async (store) => {
        const { review, issues } = await reviewWithIssues(store, 1)
        const accepted = verdict(review, issues[0]!, { kind: 'accepted' })
        await store.verdicts.add(accepted, 0, [event('verdict')])
        const late = verdict(review, issues[0]!, { kind: 'undone' })
        expect(await store.verdicts.add(late, 0, [event('verdict')])).toMatchObject({
          status: 'conflict',
        })
        const events = await store.events.since(review, { after: 0, limit: 9 })
        expect(events.map(({ kind }) => kind)).toEqual(['issues', 'verdict'])
        expect(await store.reviews.get(review)).toMatchObject({ lastEvent: 2 })
      }),
    )

    it(
      'come with the issues of many reviews as with those of each',
      withStore(async (store) => {
        const { review: one, issues } = await reviewWithIssues(store, 3)
        const { id: other } = await store.reviews.create(newReview('a'))
        const added = newIssue(9)
        await store.verdicts.add(verdict(one, issues[1]!, { kind: 'accepted' }), 0)
        await store.verdicts.add(verdict(one, issues[1]!, { kind: 'undone' }), 1)
        await store.verdicts.add(verdict(other, added, { kind: 'missed' }), null)
        const reviews = [one, other]
        const verdicts = await store.verdicts.ofReviews(reviews)
        const found = await store.issues.ofReviews(reviews)
        for (const review of reviews) {
          const own = <Row extends { review: string }>(rows: Row[]) =>
            rows.filter((row) => row.review === review)
          expect(own(verdicts)).toEqual(await store.verdicts.list(review))
          expect(own(found)).toEqual(await store.issues.list(review))
        }
        expect([verdicts.length, found.length]).toEqual([3, 3])
        expect([await store.verdicts.ofReviews([]), await store.issues.ofReviews([])]).toEqual([
          [],
          [],
        ])
      }),
    )

    it(
      'lets the newest of each person count',
      withStore(async (store) => {
        const { review, issues } = await reviewWithIssues(store, 2)
        const [first, second] = issues.map(({ id }) => id)
        const reason = { kind: 'wrong-place', text: 'not there' } as const
        const by = (person: string, issue: string | undefined, what: Judgement) =>
          store.verdicts.add(
            { ...verdict(review, issues[0]!, what), person, issue: issue ?? '' },
            null,
          )
        await by('ann', first, { kind: 'accepted' })
        await by('bob', first, { kind: 'accepted' })
        await by('ann', first, { kind: 'dismissed', reason })
        await by('ann', second, { kind: 'accepted' })
        await by('ann', second, { kind: 'undone' })
        const current = await store.verdicts.current(review)
        expect(
          current.map(({ person, judgement, version }) => [person, judgement.kind, version]),
        ).toEqual([
          ['bob', 'accepted', 2],
          ['ann', 'dismissed', 3],
        ])
        expect(current[1]?.judgement).toEqual({ kind: 'dismissed', reason })
        expect(await store.verdicts.list(review)).toHaveLength(5)
        const no = { review, accepted: false, edited: false, dismissed: false, missed: false }
        const standing = await store.verdicts.standing([review, 'none'])
        expect(standing).toHaveLength(2)
        expect(standing).toContainEqual({ ...no, issues: 1 })
        expect(standing).toContainEqual({ ...no, accepted: true, dismissed: true, issues: 1 })
        expect(await store.verdicts.standing([])).toEqual([])
      }),
    )

    it(
      'refuses one that was given without having seen the newest',
      withStore(async (store) => {
        const { review, issues } = await reviewWithIssues(store, 1)
        const ann = { ...verdict(review, issues[0]!, { kind: 'accepted' }), person: 'ann' }
        const bob = { ...verdict(review, issues[0]!, { kind: 'undone' }), person: 'bob' }
        expect(await store.verdicts.add(ann, 0)).toMatchObject({ verdict: { version: 1 } })
        expect(await store.verdicts.add(bob, 0)).toMatchObject({
          status: 'conflict',
          current: [{ id: ann.id }],
        })
        expect(await store.verdicts.add(bob, 5)).toMatchObject({ status: 'conflict' })
        expect(await store.verdicts.add(bob, 1)).toMatchObject({ verdict: { version: 2 } })
      }),
    )

    it(
      'keeps one of two that are given at once, and all when nobody looks',
      withStore(async (store) => {
        const { review, issues } = await reviewWithIssues(store, 2)
        const give = (issue: Issue, version: number | null) =>
          Promise.all(
            Array.from({ length: 10 }, (_, i) =>
              store.verdicts.add(
                { ...verdict(review, issue, { kind: 'accepted' }), person: `person ${i}` },
                version,
              ),
            ),
          )
        const looked = await give(issues[0]!, 0)
        expect(looked.filter(({ status }) => status === 'added')).toHaveLength(1)
        const blind = await give(issues[1]!, null)
        expect(blind.filter(({ status }) => status === 'added')).toHaveLength(10)
        expect(await store.verdicts.list(review)).toHaveLength(11)
      }),
    )

    it(
      'is one when it is sent twice',
      withStore(async (store) => {
        const { review, issues } = await reviewWithIssues(store, 1)
        const given = verdict(review, issues[0]!, { kind: 'edited', edit: { suggestedFix: 'x' } })
        const first = await store.verdicts.add(given, 0)
        expect(await store.verdicts.add(given, 0)).toEqual(first)
        expect(await store.verdicts.list(review)).toHaveLength(1)
      }),
    )

    it(
      'takes a missed issue, which may then be judged like any other',
      withStore(async (store) => {
        const { review, issues } = await reviewWithIssues(store, 1)
        const added = newIssue(500)
        const missed = verdict(review, added, { kind: 'missed' })
        expect(await store.verdicts.add(missed, 0)).toMatchObject({ verdict: { added } })
        const again = { ...missed, id: timeOrderedId() }
        expect(await store.verdicts.add(again, 1)).toMatchObject({ status: 'conflict' })
        const existing = verdict(review, issues[0]!, { kind: 'missed' })
        expect(await store.verdicts.add(existing, 0)).toMatchObject({ status: 'conflict' })
        const byBob = { ...verdict(review, added, { kind: 'accepted' }), person: 'bob' }
        expect(await store.verdicts.add(byBob, 0)).toMatchObject({ status: 'conflict' })
        expect(await store.verdicts.add(byBob, 1)).toMatchObject({ verdict: { version: 2 } })
        expect(await store.verdicts.current(review)).toHaveLength(2)
        expect(await store.verdicts.standing([review])).toContainEqual({
          review,
          accepted: true,
          edited: false,
          dismissed: false,
          missed: true,
          issues: 1,
        })
      }),
    )

    it(
      'refuses issues that are not in the review',
      withStore(async (store) => {
        const { review } = await reviewWithIssues(store, 1)
        const other = verdict(review, newIssue(1), { kind: 'accepted' })
        await expect(store.verdicts.add(other, 0)).rejects.toMatchObject({
          code: 'issue-not-found',
        })
        await expect(store.verdicts.add(other, null)).rejects.toMatchObject({
          code: 'issue-not-found',
        })
      }),
    )
  })
}
