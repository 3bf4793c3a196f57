import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { StoredDocument } from '../schema/stored-document.ts'
import { type CreatePlace, usingStore } from './contract-place.ts'
import {
  answer,
  longDocument,
  newDocument,
  newIssue,
  newReview,
  prepare,
  reviewWithIssues,
  verdict,
} from './store-samples.ts'

export function describeDocumentContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe('documents', () => {
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
      'come back many at once, with their texts and their groups',
      withStore(async ({ documents, groups }) => {
        for (const id of ['a', 'b', 'c']) await documents.add(newDocument(id))
        for (const id of ['a', 'b']) await documents.markReady(id, longDocument(id))
        const found = await documents.many(['a', 'c', 'none'])
        expect(found.map(({ id }) => id).toSorted()).toEqual(['a', 'c'])
        const texts = await documents.texts(['b', 'c', 'a', 'none'])
        expect([...texts.keys()].toSorted()).toEqual(['a', 'b'])
        expect(texts.get('b')).toEqual(longDocument('b'))
        const known = await groups.many(['group-a', 'group-c', 'none'])
        expect([...known.keys()].toSorted()).toEqual(['group-a', 'group-c'])
        expect(known.get('group-a')).toEqual(await groups.get('group-a'))
        expect([await documents.many([]), await documents.texts([])]).toEqual([[], new Map()])
        expect(await documents.groupsOf(['a', 'c', 'none'])).toEqual(
          new Map([
            ['a', 'group-a'],
            ['c', 'group-c'],
          ]),
        )
        expect(await documents.groupsOf([])).toEqual(new Map())
      }),
    )

    it(
      'may be several of the same bytes, each with its own name, split and end',
      withStore(async ({ documents }) => {
        await documents.add(newDocument('a', { split: 'test' }))
        const group = { id: 'group-copy', split: 'evaluation' as const, shownToEngineer: true }
        const copy = { ...newDocument('a'), id: 'copy', name: 'copy.pdf', group }
        expect(await documents.add(copy)).toMatchObject({ added: true, document: { id: 'copy' } })
        expect(await documents.add(copy)).toMatchObject({ added: false, document: { id: 'copy' } })
        expect(await documents.sharing(['a', 'none'])).toMatchObject([
          { id: 'a', sha256: 'a', split: 'test' },
          { id: 'copy', sha256: 'a', split: 'evaluation', name: 'copy.pdf' },
        ])
        expect(await documents.forget('copy')).toBe(true)
        expect(await documents.get('a')).toMatchObject({ state: 'reading', name: 'a.pdf' })
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
      'tell their text as JSON as it was kept, under a tag that differs when it does',
      withStore(async ({ documents }) => {
        const { document } = await documents.add(newDocument('a'))
        expect(await documents.textJson(document)).toBeNull()
        const { language, ...text } = longDocument('a')
        const tags = new Set<string>()
        for (const paragraphs of [text.paragraphs, text.paragraphs.slice(1), []]) {
          await documents.markReady('a', { ...text, paragraphs, language })
          const json = await documents.textJson({ ...document, name: 'b.pdf' })
          const bytes = Buffer.concat(await Array.fromAsync(json?.chunks ?? []))
          expect(JSON.parse(bytes.toString())).toEqual({ ...text, paragraphs, name: 'b.pdf' })
          tags.add(json?.tag ?? '')
          tags.add((await documents.textJson(document))?.tag ?? '')
        }
        expect(tags.size).toBe(6)
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
      await using place = await createPlace()
      let time = 1
      await using store = await place.open(() => time)
      const { documents } = store
      for (const sha256 of ['d', 'a', 'c', 'b']) {
        time += 1
        await documents.add(newDocument(sha256))
      }
      await documents.add(newDocument('hidden', { split: 'audit' }))
      expect(await documents.assign('b', 'bob')).toBe(true)
      expect(await documents.assign('none', 'bob')).toBe(false)
      const splits = ['evaluation' as const]
      const all = await documents.list({ scopes: [{ splits }], limit: 10 })
      expect(all.map(({ sha256 }) => sha256)).toEqual(['b', 'c', 'a', 'd'])
      const first = await documents.list({ scopes: [{ splits }], limit: 2 })
      const rest = await documents.list({ scopes: [{ splits }], limit: 10, before: first[1] })
      expect([...first, ...rest]).toEqual(all)
      expect(await documents.list({ scopes: [{ splits: ['test'] }], limit: 10 })).toEqual([])
      const ofBob = await documents.list({ scopes: [{ splits }], limit: 10, assignee: 'bob' })
      expect(ofBob.map(({ sha256 }) => sha256)).toEqual(['b'])
      expect(
        await documents.list({ scopes: [{ splits }], limit: 10, assignee: null }),
      ).toHaveLength(3)
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
      'of several scopes come in one order, page by page, each once',
      withStore(async ({ documents }) => {
        for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
          const split = id < 'd' ? ('evaluation' as const) : ('audit' as const)
          await documents.add(newDocument(id, { split }))
        }
        for (const id of ['b', 'd', 'e']) await documents.assign(id, 'bob')
        const every = ['evaluation' as const, 'test' as const, 'audit' as const]
        const scopes = [
          { splits: ['evaluation' as const] },
          { splits: every, assignee: 'bob' },
          { splits: ['evaluation' as const] },
        ]
        const all = await documents.list({ scopes, limit: 9 })
        expect(all.map(({ id }) => id).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
        const newest = await documents.list({ scopes: [{ splits: every }], limit: 9 })
        expect(all).toEqual(newest.filter(({ id }) => id !== 'f'))
        const paged = []
        let before: StoredDocument | undefined
        for (let pages = 0; pages < 3; pages += 1) {
          const page = await documents.list({ scopes, limit: 2, before })
          paged.push(...page)
          before = page.at(-1)
        }
        expect(paged).toEqual(all)
        expect(await documents.count(scopes)).toBe(5)
        expect(await documents.count([{ splits: every, assignee: 'bob' }])).toBe(3)
        expect((await documents.sharing(['e', 'f', 'a'], scopes)).map(({ id }) => id)).toEqual([
          'a',
          'e',
        ])
      }),
    )

    it(
      'join the group of their text when they are read',
      withStore(async ({ documents, groups }) => {
        await documents.add(newDocument('a', { split: 'audit' }))
        const group = { id: 'text', split: 'test' as const, shownToEngineer: false }
        expect(await documents.markReady('a', longDocument('a'), { group })).toBe(true)
        expect(await documents.get('a')).toMatchObject({ group: 'text', split: 'test' })
        const other = { ...group, split: 'evaluation' as const }
        await documents.add(newDocument('b', { split: 'audit' }))
        const text = longDocument('b')
        expect(await documents.markReady('b', text, { group: other })).toBe(false)
        expect(await documents.markReady('b', text, { group })).toBe(true)
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
        // An answer may come when it is too late.
        await store.answers.put({ key: 'late', answer, document: 'a' })
        expect(await store.answers.get('late')).toBeNull()
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
        expect(await store.documents.get('a')).toMatchObject({
          state: 'reading',
          forgottenAt: null,
        })
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

    it(
      'have the split of their group, and so do their reviews, whatever is written',
      withStore(async (store) => {
        const { documents, reviews, accountTables } = store
        await prepare(store)
        await documents.add(newDocument('b', { split: 'test' }))
        const review = await reviews.create(newReview('b'))
        const splits = async (): Promise<unknown[]> => {
          const found = await sql<{ split: string }>`
            select split from documents where id = 'b'
            union all select split from reviews where id = ${review.id}`.execute(accountTables.db)
          return found.rows.map(({ split }) => split)
        }
        expect(await splits()).toEqual(['test', 'test'])
        for (const table of ['documents', 'reviews']) {
          await sql.raw(`update ${table} set split = 'evaluation'`).execute(accountTables.db)
          expect(await splits()).toEqual(['test', 'test'])
        }
        const group = { id: 'text', split: 'audit' as const, shownToEngineer: false }
        await documents.markReady('b', longDocument('b'), { group })
        expect(await splits()).toEqual(['audit', 'audit'])
        await documents.forget('b')
        await documents.add({ ...newDocument('b'), group: { ...group, id: 'new', split: 'test' } })
        expect(await splits()).toEqual(['test', 'test'])
        const seen = await reviews.list({ scopes: [{ splits: ['test'] }], limit: 9 })
        expect(seen.map(({ id }) => id)).toEqual([review.id])
      }),
    )
  })
}
