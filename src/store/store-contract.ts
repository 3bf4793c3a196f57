import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { Issue } from '../schema/issue.ts'
import type { Judgement } from '../schema/verdict.ts'
import {
  answer,
  evaluationDetails,
  evaluationRun,
  event,
  longDocument,
  newDocument,
  newEvaluation,
  newIssue,
  newReview,
  prepare,
  reviewWithIssues,
  verdict,
} from './store-samples.ts'
import { describeApiKeyContract } from './api-keys-contract.ts'
import { describeAuditContract } from './audit-contract.ts'
import { describePruningContract } from './pruning-contract.ts'
import { describeSpendContract } from './spend-contract.ts'
import type { Store } from './store.ts'

/** An empty place that stores are opened on, one after the other or at once. */
export type StorePlace = { open(now?: () => number): Promise<Store> } & AsyncDisposable

/** Every behaviour that an engine owes the features. */
export function describeStoreContract(
  engine: string,
  createPlace: () => Promise<StorePlace>,
): void {
  const withStore = (use: (store: Store) => Promise<void>) => async () => {
    await using place = await createPlace()
    await using store = await place.open()
    await use(store)
  }

  describe(`${engine} store`, () => {
    it('keeps what it acknowledged when it is opened again', async () => {
      await using place = await createPlace()
      {
        await using store = await place.open()
        await store.settings.put('split-key', { secret: 'ü\u0000' })
      }
      await using store = await place.open()
      expect(await store.settings.get('split-key')).toEqual({ secret: 'ü\u0000' })
      expect(await store.settings.get('nothing')).toBeUndefined()
    })

    it('is made once by several that open it at once', async () => {
      await using place = await createPlace()
      const stores = await Promise.all([place.open(), place.open(), place.open()])
      await stores[0]?.settings.put('key', 'value')
      for (const store of stores) {
        expect(await store.settings.get('key')).toBe('value')
        await store[Symbol.asyncDispose]()
      }
    })

    it(
      'lets one of many win that ensure a setting at once',
      withStore(async ({ settings }) => {
        const values = await Promise.all(
          Array.from({ length: 20 }, (_, i) => settings.ensure('key', i)),
        )
        expect(new Set(values).size).toBe(1)
        await settings.put('key', 'new')
        expect(await settings.get('key')).toBe('new')
      }),
    )

    describe('documents', () => {
      documentTests(withStore)
    })
    describe('reviews', () => {
      reviewTests(withStore)
    })
    describe('verdicts', () => {
      verdictTests(withStore)
    })
    describe('evaluations and answers', () => {
      evaluationTests(withStore)
    })
    describeSpendContract(createPlace)
    describeAuditContract(createPlace)
    describePruningContract(createPlace)
    describeApiKeyContract(createPlace)
  })
}

type WithStore = (use: (store: Store) => Promise<void>) => () => Promise<void>

function documentTests(withStore: WithStore): void {
  it(
    'are one however often the file comes, with the first split of their group',
    withStore(async ({ documents }) => {
      const first = await documents.add(newDocument('a', { split: 'test' }))
      expect(first).toMatchObject({ added: true, document: { state: 'reading', split: 'test' } })
      const again = await documents.add({ ...newDocument('a'), name: 'copy.pdf' })
      expect(again).toMatchObject({ added: false, document: { name: 'a.pdf', split: 'test' } })
    }),
  )

  it(
    'come back with their text',
    withStore(async ({ documents }) => {
      await documents.add(newDocument('a'))
      expect(await documents.text('a')).toBeNull()
      const text = longDocument('a')
      expect(await documents.markReady('a', text)).toBe(true)
      expect(await documents.text('a')).toEqual(text)
      expect(await documents.get('a')).toMatchObject({ state: 'ready', pages: 1, language: 'en' })
      expect(await documents.get('b')).toBeNull()
    }),
  )

  it(
    'say why they failed until they are ready',
    withStore(async ({ documents }) => {
      await documents.add(newDocument('a'))
      await documents.markFailed('a', { code: 'document-empty', message: 'It is empty.' })
      expect((await documents.get('a'))?.error).toEqual({
        code: 'document-empty',
        message: 'It is empty.',
      })
      await documents.markReady('a', longDocument('a'))
      expect((await documents.get('a'))?.error).toBeNull()
    }),
  )

  it('are listed page by page, newest first, only of the splits that may be seen', async () => {
    await withStore(async ({ documents }) => {
      for (const sha256 of ['a', 'b', 'c', 'd']) await documents.add(newDocument(sha256))
      await documents.add(newDocument('hidden', { split: 'audit' }))
      expect(await documents.assign('b', 'bob')).toBe(true)
      expect(await documents.assign('none', 'bob')).toBe(false)
      const splits = ['evaluation' as const]
      const all = await documents.list({ scopes: [{ splits }], limit: 10 })
      expect(all.map(({ sha256 }) => sha256).toSorted()).toEqual(['a', 'b', 'c', 'd'])
      const first = await documents.list({ scopes: [{ splits }], limit: 2 })
      const rest = await documents.list({ scopes: [{ splits }], limit: 10, before: first[1] })
      expect([...first, ...rest]).toEqual(all)
      expect(await documents.list({ scopes: [{ splits: ['test'] }], limit: 10 })).toEqual([])
      const ofBob = await documents.list({ scopes: [{ splits }], limit: 10, assignee: 'bob' })
      expect(ofBob.map(({ sha256 }) => sha256)).toEqual(['b'])
      expect(
        await documents.list({ scopes: [{ splits }], limit: 10, assignee: null }),
      ).toHaveLength(3)
    })()
  })

  it(
    'are listed when any scope of the reader holds them',
    withStore(async ({ documents }) => {
      await documents.add(newDocument('seen'))
      await documents.add(newDocument('mine', { split: 'test' }))
      await documents.add(newDocument('hidden', { split: 'test' }))
      await documents.assign('mine', 'bob')
      const scopes = [
        { splits: ['evaluation' as const] },
        { splits: ['test' as const], assignee: 'bob' },
      ]
      const found = await documents.list({ scopes, limit: 9 })
      expect(found.map(({ sha256 }) => sha256).toSorted()).toEqual(['mine', 'seen'])
      expect(await documents.list({ scopes: [], limit: 9 })).toEqual([])
    }),
  )

  it(
    'join the group of their text when they are read',
    withStore(async ({ documents, groups }) => {
      await documents.add(newDocument('a', { split: 'audit' }))
      const group = { id: 'text', split: 'test' as const, shownToEngineer: false }
      expect(await documents.markReady('a', longDocument('a'), group)).toBe(true)
      expect(await documents.get('a')).toMatchObject({ group: 'text', split: 'test' })
      const other = { ...group, split: 'evaluation' as const }
      await documents.add(newDocument('b', { split: 'audit' }))
      await documents.markReady('b', longDocument('b'), other)
      expect(await documents.get('b')).toMatchObject({ group: 'text', split: 'test' })
      expect(await groups.get('text')).toEqual(group)
    }),
  )

  it(
    'are found by a part of their name, taken literally',
    withStore(async ({ documents }) => {
      await documents.add({ ...newDocument('a'), name: 'Tax 100% guide.pdf' })
      await documents.add({ ...newDocument('b'), name: 'Tax 1000 guide.pdf' })
      const found = await documents.list({
        scopes: [{ splits: ['evaluation'] }],
        search: '100% G',
        limit: 9,
      })
      expect(found.map(({ sha256 }) => sha256)).toEqual(['a'])
    }),
  )

  it(
    'lose every text and keep every judgement when they are forgotten',
    withStore(async (store) => {
      const { review, issues } = await reviewWithIssues(store, 2)
      await store.verdicts.add(
        verdict(review, issues[0]!, { kind: 'edited', edit: { explanation: 'secret' } }),
        0,
      )
      await store.answers.put({ key: 'key', answer, document: 'a' })
      expect(await store.documents.forget('a')).toBe(true)
      expect(await store.documents.forget('a')).toBe(false)

      expect(await store.documents.text('a')).toBeNull()
      expect(await store.documents.get('a')).toMatchObject({ state: 'forgotten', name: null })
      expect(await store.answers.get('key')).toBeNull()
      expect(await store.events.since(review, { after: 0, limit: 9 })).toEqual([])
      const kept = await store.issues.list(review)
      expect(kept.map(({ issue, start }) => ({ issue, start }))).toEqual([
        { issue: null, start: 0 },
        { issue: null, start: 10 },
      ])
      const [judged] = await store.verdicts.current(review)
      expect(judged?.judgement).toEqual({ kind: 'edited', edit: {} })
      expect(
        await store.documents.list({ scopes: [{ splits: ['evaluation'] }], limit: 9 }),
      ).toEqual([])
      expect((await store.reviews.get(review))?.state).toBe('stopped')
    }),
  )

  it(
    'that were forgotten refuse late results and take the file anew',
    withStore(async (store) => {
      const { review } = await reviewWithIssues(store, 1)
      await store.documents.forget('a')
      expect(await store.documents.markReady('a', longDocument('a'))).toBe(false)
      const late = { review, agent: 'grammar', chunk: 1 }
      expect(await store.parts.finish(late, { issues: [newIssue(99)], events: [] })).toBe(false)
      await expect(store.reviews.create(newReview('a'))).rejects.toMatchObject({
        code: 'document-not-found',
      })
      expect(await store.documents.add(newDocument('a'))).toMatchObject({ added: true })
      expect(await store.documents.get('a')).toMatchObject({ state: 'reading', forgottenAt: null })
    }),
  )

  it(
    'of a hidden group cannot be marked as shown to an engineer',
    withStore(async ({ documents, groups }) => {
      await documents.add(newDocument('a'))
      await documents.add(newDocument('b', { split: 'test' }))
      await groups.markShown('group-a')
      expect(await groups.get('group-a')).toMatchObject({ shownToEngineer: true })
      await expect(groups.markShown('group-b')).rejects.toMatchObject({ code: 'group-hidden' })
      const shown = { ...newDocument('c', { split: 'audit' }) }
      await expect(
        documents.add({ ...shown, group: { ...shown.group, shownToEngineer: true } }),
      ).rejects.toThrow(/constraint/i)
      expect(await documents.get('c')).toBeNull()
    }),
  )

  it(
    'keep their group, and the group its split, whatever statement comes',
    withStore(async ({ documents, groups, accountTables: { db } }) => {
      await documents.add(newDocument('a'))
      await documents.add(newDocument('b', { split: 'test' }))
      await documents.markReady('b', longDocument('b'))
      await groups.markShown('group-a')
      for (const statement of [
        `update document_groups set split = 'evaluation' where id = 'group-b'`,
        `update document_groups set id = 'other' where id = 'group-b'`,
        `update document_groups set shown_to_engineer = 0 where id = 'group-a'`,
        `delete from document_groups`,
        `update documents set group_id = 'group-a' where sha256 = 'b'`,
      ]) {
        await expect(sql.raw(statement).execute(db)).rejects.toThrow(/never (changes|leaves)/)
      }
      expect(await documents.get('b')).toMatchObject({ split: 'test', group: 'group-b' })
    }),
  )
}

function reviewTests(withStore: WithStore): void {
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
      const all = await store.reviews.list({ document: 'a', limit: 9 })
      expect(all).toHaveLength(3)
      const rest = await store.reviews.list({ limit: 9, before: all[0] })
      expect(rest).toEqual(all.slice(1))
      const running = await store.reviews.list({ states: ['running'], limit: 9 })
      expect(running.map(({ id }) => id)).toEqual([made[0]!.id])
      expect(await store.reviews.list({ requester: 'nobody', limit: 9 })).toEqual([])
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
      expect(await store.parts.finish(part, { issues: [newIssue(77)], events: [event('x')] })).toBe(
        false,
      )
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
}

function verdictTests(withStore: WithStore): void {
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
      await store.verdicts.add(
        { ...verdict(review, added, { kind: 'accepted' }), person: 'bob' },
        1,
      )
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
      await expect(store.verdicts.add(other, 0)).rejects.toMatchObject({ code: 'issue-not-found' })
      await expect(store.verdicts.add(other, null)).rejects.toMatchObject({
        code: 'issue-not-found',
      })
    }),
  )
}

function evaluationTests(withStore: WithStore): void {
  it(
    'keep their counts beside their facts and never change once they have ended',
    withStore(async ({ evaluations }) => {
      const id = timeOrderedId()
      const started = await evaluations.start(newEvaluation(id))
      expect(started).toMatchObject({ state: 'running', documents: null, agents: ['grammar'] })
      expect(started).toMatchObject({ repeats: 3, job: null, runs: null })
      expect(await evaluations.run(id)).toBeNull()
      expect(await evaluations.setJob(id, 'job')).toBe(true)
      expect(await evaluations.progress(id, { done: 1, all: 6 })).toBe(true)
      expect(await evaluations.get(id)).toMatchObject({ job: 'job', runs: { done: 1, all: 6 } })
      expect(await evaluations.finish(id, evaluationRun, evaluationDetails)).toBe(true)
      expect(await evaluations.finish(id, evaluationRun)).toBe(false)
      expect(await evaluations.progress(id, { done: 2, all: 6 })).toBe(false)
      expect(await evaluations.details(id)).toEqual(evaluationDetails)
      expect(await evaluations.fail(id, { state: 'failed' })).toBe(false)
      expect(await evaluations.run(id)).toEqual(evaluationRun)
      expect(await evaluations.get(id)).toMatchObject({
        state: 'done',
        documents: 1,
        repeats: 1,
        policyHash: 'policy',
      })
    }),
  )

  it(
    'are listed newest first',
    withStore(async ({ evaluations }) => {
      for (let i = 0; i < 3; i += 1) await evaluations.start(newEvaluation(timeOrderedId()))
      const error = { code: 'stopped', message: 'Somebody stopped it.' }
      const all = await evaluations.list({ limit: 9 })
      expect(await evaluations.fail(all[0]!.id, { state: 'stopped', error })).toBe(true)
      expect(await evaluations.list({ limit: 9, before: all[0] })).toEqual(all.slice(1))
      expect(await evaluations.get(all[0]!.id)).toMatchObject({ state: 'stopped', error })
    }),
  )

  it(
    'are listed by dataset and by state',
    withStore(async ({ evaluations }) => {
      const ids = Array.from({ length: 3 }, () => timeOrderedId())
      for (const id of ids) await evaluations.start(newEvaluation(id))
      await evaluations.start({ ...newEvaluation(timeOrderedId()), dataset: 'letters' })
      await evaluations.finish(ids[0] ?? '', evaluationRun)
      expect(await evaluations.list({ dataset: 'letters', limit: 9 })).toHaveLength(1)
      expect(await evaluations.list({ state: 'running', limit: 9 })).toHaveLength(3)
      expect(await evaluations.list({ state: 'done', limit: 9 })).toMatchObject([{ id: ids[0] }])
      expect(await evaluations.details(ids[0] ?? '')).toBeNull()
    }),
  )

  it(
    'of drafts say what they were made from, and the first one stays',
    withStore(async ({ drafts }) => {
      const draft = { version: 'b', base: 'a', agent: 'grammar', author: 'ann' }
      const first = await drafts.add(draft)
      expect(first).toMatchObject(draft)
      expect(await drafts.add({ ...draft, base: 'c' })).toEqual(first)
      expect(await drafts.get('b')).toEqual(first)
      expect(await drafts.get('c')).toBeNull()
    }),
  )

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
    'name flow versions by their hash',
    withStore(async ({ flowVersions }) => {
      await flowVersions.put({ hash: 'h1', name: 'one', manifest: { agents: ['a'] } })
      await flowVersions.put({ hash: 'h1', name: 'other', manifest: null })
      expect(await flowVersions.get('h1')).toMatchObject({
        name: 'one',
        manifest: { agents: ['a'] },
      })
      expect(await flowVersions.get('h2')).toBeNull()
      expect(await flowVersions.list()).toHaveLength(1)
    }),
  )
}
