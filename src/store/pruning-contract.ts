import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { CreatePlace } from './contract-place.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import {
  answer,
  datasetEntry,
  evaluationDetails,
  evaluationRun,
  event,
  longDocument,
  newDatasetVersion,
  newDocument,
  newEvaluation,
  newReview,
  prepare,
} from './store-samples.ts'

const day = 24 * 60 * 60 * 1000
const start = Date.UTC(2026, 0, 1)

export function describePruningContract(createPlace: CreatePlace): void {
  describe('pruning', () => {
    it('deletes old events of ended reviews, and no number is given twice', async () => {
      await using place = await createPlace()
      let time = start
      await using store = await place.open(() => time)
      await prepare(store)
      const [ended, open] = [newReview('a'), newReview('a')]
      for (const { id } of [await store.reviews.create(ended), await store.reviews.create(open)]) {
        await store.events.append(id, [event('one'), event('two')])
      }
      await store.reviews.end(ended.id, { state: 'done', events: [event('complete')] })
      time = start + 2 * day
      await store.events.append(ended.id, [event('verdict')])
      const numbers = async ({ id }: { id: string }) =>
        (await store.events.since(id, { after: 0, limit: 9 })).map(({ sequence }) => sequence)
      await store.pruning.reviewEvents(start)
      expect(await numbers(ended)).toEqual([1, 2, 3, 4])
      await store.pruning.reviewEvents(start + day)
      expect([await numbers(ended), await numbers(open)]).toEqual([[4], [1, 2]])
      await store.pruning.reviewEvents(time + day)
      await store.events.append(ended.id, [event('verdict')])
      expect([await numbers(ended), await numbers(open)]).toEqual([[5], [1, 2]])
    })

    it('deletes marks of batches, and what was counted stays counted', async () => {
      await using place = await createPlace()
      await using store = await place.open(() => start)
      const accounts = {}
      await store.spend.add({ id: 'b1', person: 'ann', accounts })
      await store.pruning.spendBatches(start)
      expect(await store.spend.add({ id: 'b1', person: 'ann', accounts })).toBe(false)
      await store.pruning.spendBatches(start + 1)
      expect(await store.spend.add({ id: 'b1', person: 'ann', accounts })).toBe(true)
    })

    it('deletes what a crash left of a dataset, and texts of forgotten documents that were missed', async () => {
      await using place = await createPlace()
      await using store = await place.open()
      const { datasets, documents, pruning } = store
      const { db } = store.accountTables
      for (const id of ['a', 'b']) await documents.add(newDocument(id))
      const kept = datasetEntry('kept', 'test', { provenance: { source: 'a' } })
      const missed = datasetEntry('missed', 'test', { provenance: { source: 'b' } })
      const version = await datasets.addVersion(newDatasetVersion([kept, missed], { hash: 'aa11' }))
      await documents.forget('b')
      const orphans = ['text missed', 'text left', 'no entry']
      const content = Uint8Array.of(0)
      for (const document of orphans) {
        await db.insertInto('dataset_texts').values({ document, content }).execute()
        await db.insertInto('dataset_labels').values({ hash: document, content: '{}' }).execute()
      }
      await sql`insert into dataset_entries select ${timeOrderedId()}, id, split, group_id, text_group,
        'text left', 'text left', issues, types, null, null from dataset_entries where id = 'kept'`.execute(
        db,
      )
      const left = async () => {
        const texts = await db.selectFrom('dataset_texts').select('document').execute()
        const labels = await db.selectFrom('dataset_labels').select('hash').execute()
        return [
          ...texts.map(({ document }) => document),
          ...labels.map(({ hash }) => hash),
        ].toSorted((one, other) => (one < other ? -1 : 1))
      }
      // It may be that somebody makes the version right now.
      await pruning.datasets(Date.now() - day)
      expect(await left()).toEqual(['content kept', 'text kept', 'text left', 'text left'])
      await pruning.datasets(Date.now() + day)
      expect(await left()).toEqual(['content kept', 'text kept'])
      expect(await datasets.entries('everything', version.id, { limit: 9 })).toEqual([kept, missed])
    })

    it('finds documents that are older than they are kept, but for those that are needed', async () => {
      await using place = await createPlace()
      let time = start
      await using store = await place.open(() => time)
      await prepare(store)
      await store.documents.forget('a')
      for (const id of ['old', 'labelled', 'reviewed', 'unread']) {
        await store.documents.add(newDocument(id))
        if (id !== 'unread') await store.documents.markReady(id, longDocument(id))
      }
      const review = await store.reviews.create(newReview('reviewed'))
      const entry = datasetEntry('one', 'test', { provenance: { source: 'labelled' } })
      await store.datasets.addVersion(newDatasetVersion([entry], { hash: 'aa' }))
      time = start + day
      await store.documents.add(newDocument('new'))
      await store.documents.markReady('new', longDocument('new'))
      expect(await store.pruning.documents(start, 9)).toEqual([])
      expect(await store.pruning.documents(start + 1, 9)).toEqual(['old'])
      await store.reviews.end(review.id, { state: 'done', events: [] })
      expect((await store.pruning.documents(start + 1, 9)).toSorted()).toEqual(['old', 'reviewed'])
      expect(await store.pruning.documents(start + 1, 1)).toHaveLength(1)
      await store.documents.forget('old')
      expect(await store.pruning.documents(time + 1, 9)).toEqual(['reviewed', 'new'])
    })

    it('deletes answers and mistakes that are older than they are kept', async () => {
      await using place = await createPlace()
      let time = start
      await using store = await place.open(() => time)
      const answers = Array.from({ length: 1200 }, (_, i) => ({
        key: `${i}`,
        answer,
        document: null,
      }))
      await store.answers.putAll(answers)
      await store.evaluations.start(newEvaluation('old'))
      await store.evaluations.finish('old', evaluationRun, evaluationDetails)
      time = start + day
      await store.answers.put({ key: 'new', answer, document: null })
      await store.evaluations.start(newEvaluation('new'))
      await store.evaluations.finish('new', evaluationRun, evaluationDetails)
      await store.evaluations.start(newEvaluation('runs'))
      await store.pruning.answers(start)
      await store.pruning.evaluationDetails(start)
      expect(await store.answers.get('1199')).not.toBeNull()
      expect(await store.evaluations.details('old')).not.toBeNull()
      await store.pruning.answers(time)
      await store.pruning.evaluationDetails(time)
      for (const key of ['0', '600', '1199']) expect(await store.answers.get(key)).toBeNull()
      expect(await store.answers.get('new')).not.toBeNull()
      expect(await store.evaluations.details('old')).toBeNull()
      expect(await store.evaluations.run('old')).toEqual(evaluationRun)
      expect(await store.evaluations.details('new')).toEqual(evaluationDetails)
    })

    it('deletes sessions and links that have ended', async () => {
      await using place = await createPlace()
      await using store = await place.open()
      const { db } = store.accountTables
      const iso = (time: number) => new Date(time).toISOString()
      for (const [id, ends] of Object.entries({ old: start, new: start + 2 * day })) {
        await sql`insert into verifications (id, identifier, value, expires_at, created_at, updated_at)
          values (${id}, 'reset', 'ann', ${iso(ends)}, ${iso(start)}, ${iso(start)})`.execute(db)
      }
      await store.pruning.signIns(start + day)
      const { rows } = await sql`select id from verifications`.execute(db)
      expect(rows).toEqual([{ id: 'new' }])
    })

    it('deletes jobs that ended, and none that waits', async () => {
      await using place = await createPlace()
      await using store = await place.open(() => start)
      await store.pruning.jobs(start + 1)
      if (store.accountTables.type === 'postgres') return
      const job = { queue: 'review', data: {}, priority: 0, group: null }
      for (const id of ['ended', 'waits']) await store.jobs.add({ ...job, id, key: id })
      await store.jobs.cancel('review', 'ended')
      await store.pruning.jobs(start + 1)
      expect(await store.jobs.find('review', 'ended')).toBeNull()
      expect(await store.jobs.find('review', 'waits')).toMatchObject({ state: 'waiting' })
    })
  })
}
