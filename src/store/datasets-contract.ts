import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Split } from '../schema/access.ts'
import type { DatasetVersion } from '../schema/stored-dataset.ts'
import { type CreatePlace, usingStore } from './contract-place.ts'
import type { NewVersion } from './datasets.ts'
import type { Store } from './store.ts'
import { plantShown, plantText } from './split-samples.ts'
import {
  addLetters,
  contentOf,
  datasetEntry,
  newDatasetVersion,
  newLabelSet,
  letters,
  prepare,
  reviewWithIssues,
} from './store-samples.ts'

const page = { limit: 99 }

/** Nothing in it comes twice, so that no index makes it shorter. */
function longestId(): string {
  const parts = Array.from({ length: 12 }, (_, i) => {
    return createHash('sha512').update(`${i}`).digest('base64')
  })
  return parts.join('').slice(0, 1000)
}

export function describeDatasetContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe('datasets', () => {
    it(
      'are made with their first version, by whoever adds it',
      withStore(async ({ datasets }) => {
        const first = newDatasetVersion([datasetEntry('a', 'evaluation')], { hash: 'aa11' })
        await datasets.addVersion(first)
        const again = datasets.addVersion({ ...first, hash: 'bb22', createdBy: 'bob' })
        await expect(again).rejects.toMatchObject({ code: 'dataset-changed' })
        expect(await datasets.owners(['letters'])).toEqual(new Map([['letters', 'ann']]))
        expect(await datasets.list('everything')).toMatchObject([{ hash: 'aa11' }])
      }),
    )

    it(
      'keep a version with all of its examples, by id, page by page',
      withStore(async (store) => {
        const version = await addLetters(store)
        const { datasets } = store
        expect(version).toMatchObject({ dataset: 'letters', hash: 'aa11', createdBy: 'ann' })
        expect(version.provenance?.groups.chosen).toBe(2)
        expect(version.splits.map(({ split, examples }) => [split, examples])).toEqual([
          ['evaluation', 2],
          ['test', 1],
          ['audit', 1],
        ])
        expect(await datasets.entries('everything', version.id, page)).toEqual(letters)
        const rest = await datasets.entries('everything', version.id, { after: 'a', limit: 2 })
        expect(rest.map(({ id }) => id)).toEqual(['b', 'c'])
        const hidden = await datasets.entries('everything', version.id, { split: 'test', limit: 9 })
        expect(hidden).toEqual([letters[1]])
        expect(await datasets.example('everything', version.id, 'b')).toEqual({
          ...letters[1],
          content: {
            paragraphs: [{ index: 0, page: 2, text: 'This is b.' }],
            labels: { issues: [{ type: 'Tone', text: 'b', location: {} }], extra: { lang: 'en' } },
          },
        })
        expect(await datasets.example('everything', version.id, 'z')).toBeNull()
      }),
    )

    it(
      'keep the longest ids that an import takes, however much is in them',
      withStore(async ({ datasets, labelSets }) => {
        const dataset = 'd'.repeat(100)
        const entry = datasetEntry(longestId(), 'evaluation', { document: 'e'.repeat(64) })
        const made = { ...newDatasetVersion([entry], { hash: 'aa11' }), dataset }
        const { id } = await datasets.addVersion(made)
        expect(await datasets.example('everything', id, entry.id)).toMatchObject({ id: entry.id })
        const { document } = entry
        const change = { ...newLabelSet('p'.repeat(36)), dataset, example: entry.id, document }
        await labelSets.save(change)
        const sets = await labelSets.of({ dataset, example: entry.id, document })
        expect(sets).toHaveLength(1)
      }),
    )

    it(
      'show a reader of evaluation nothing that depends on the other splits',
      withStore(async (store) => {
        const { datasets } = store
        const { id } = await addLetters(store)
        const scope = 'evaluation'
        const [seen] = await datasets.list(scope)
        expect(seen).toMatchObject({
          hash: contentOf([letters[0]!, letters[2]!]),
          provenance: null,
        })
        expect(seen?.splits).toMatchObject([{ split: 'evaluation', examples: 2 }])
        expect(await datasets.entries(scope, id, page)).toEqual([letters[0], letters[2]])
        expect(await datasets.entries(scope, id, { split: 'test', limit: 9 })).toEqual([])
        const texts = (await datasets.examples(scope, id, page)).map(({ content }) => content)
        expect(JSON.stringify(texts)).not.toMatch(/This is [bd]/)
        expect(await datasets.example(scope, id, 'b')).toBeNull()
        expect(await datasets.version(scope, { dataset: 'letters', hash: 'aa11' })).toBeNull()
        const { hash } = seen!
        expect(await datasets.version(scope, { dataset: 'letters', hash })).toEqual(seen)
      }),
    )

    it(
      'show nothing to who may see nothing',
      withStore(async (store) => {
        const { datasets } = store
        const { id, hash } = await addLetters(store)
        const scope = 'nothing'
        expect(await datasets.list(scope)).toEqual([])
        expect(await datasets.versions(scope, { dataset: 'letters', limit: 9 })).toEqual([])
        for (const wanted of [{ dataset: 'letters' }, { dataset: 'letters', hash }]) {
          expect(await datasets.version(scope, wanted)).toBeNull()
        }
        expect(await datasets.entries(scope, id, page)).toEqual([])
        expect(await datasets.examples(scope, id, page)).toEqual([])
        expect(await datasets.example(scope, id, 'a')).toBeNull()
      }),
    )

    it(
      'have versions that only readers of everything know, when only hidden examples changed',
      withStore(async (store) => {
        const { datasets } = store
        const first = await addLetters(store)
        const hidden = [...letters, datasetEntry('e', 'test')]
        const second = await datasets.addVersion(
          newDatasetVersion(hidden, { hash: 'bb22', after: first }),
        )
        const open = [...hidden, datasetEntry('f', 'evaluation')]
        const third = await datasets.addVersion(
          newDatasetVersion(open, { hash: 'cc33', after: second }),
        )
        const listed = { dataset: 'letters', limit: 9 }
        const everything = await datasets.versions('everything', listed)
        expect(everything).toEqual([third, second, first])
        expect(
          await datasets.versions('everything', { ...listed, before: third, limit: 1 }),
        ).toEqual([second])
        const seen = await datasets.versions('evaluation', listed)
        expect(seen.map(({ id }) => id)).toEqual([third.id, first.id])
        expect(await datasets.list('evaluation')).toEqual([seen[0]])
        expect(await datasets.version('everything', { dataset: 'letters', hash: 'bb' })).toEqual(
          second,
        )
        expect(await datasets.version('everything', { dataset: 'letters' })).toEqual(third)
        expect(await datasets.version('evaluation', { dataset: 'letters' })).toEqual(seen[0])
      }),
    )

    it(
      'without an example for engineers are not there for them',
      withStore(async ({ datasets }) => {
        const first = await datasets.addVersion(
          newDatasetVersion([datasetEntry('b', 'test')], { hash: 'aa11' }),
        )
        expect(await datasets.list('evaluation')).toEqual([])
        expect(await datasets.version('evaluation', { dataset: 'letters' })).toBeNull()
        const both = [datasetEntry('b', 'test'), datasetEntry('a', 'evaluation')]
        await datasets.addVersion(newDatasetVersion(both, { hash: 'bb22', after: first }))
        const seen = await datasets.versions('evaluation', { dataset: 'letters', limit: 9 })
        expect(seen).toHaveLength(1)
      }),
    )

    it(
      'let one of two win that follow the same version',
      withStore(async (store) => {
        const { datasets } = store
        const first = await addLetters(store)
        const attempts = await Promise.allSettled(
          ['bb22', 'cc33'].map((hash) =>
            datasets.addVersion(
              newDatasetVersion([...letters, datasetEntry(hash, 'test')], { hash, after: first }),
            ),
          ),
        )
        expect(attempts.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
        expect(attempts.find(({ status }) => status === 'rejected')).toMatchObject({
          reason: { code: 'dataset-changed' },
        })
        const versions = await datasets.versions('everything', { dataset: 'letters', limit: 9 })
        expect(versions).toHaveLength(2)
        const { db } = store.accountTables
        const rows = await sql`select id from dataset_entries`.execute(db)
        expect(rows.rows).toHaveLength(9)
      }),
    )

    it(
      'tell which example of the newest versions has a text, or was made of a document',
      withStore(async (store) => {
        const { datasets } = store
        await prepare(store)
        const made = datasetEntry('made', 'test', { provenance: { source: 'a' } })
        const first = await datasets.addVersion(newDatasetVersion([made], { hash: 'aa11' }))
        const none = { text: 'none', source: 'none' }
        const letters = (id: string) => new Map([['letters', id]])
        const ofMade = { ...none, source: 'a' }
        expect(await datasets.holders('everything', ofMade)).toEqual(letters('made'))
        expect(await datasets.holders('evaluation', ofMade)).toEqual(new Map())
        expect(await datasets.holders('nothing', ofMade)).toEqual(new Map())
        const both = [made, datasetEntry('same', 'evaluation')]
        await datasets.addVersion(newDatasetVersion(both, { hash: 'bb22', after: first }))
        const ofText = { text: both[1]?.document ?? '', source: 'a' }
        expect(await datasets.holders('everything', ofText)).toEqual(letters('same'))
        expect(await datasets.holders('evaluation', ofText)).toEqual(letters('same'))
        expect(await datasets.holders('everything', none)).toEqual(new Map())
      }),
    )

    it(
      'refuse statements that change them',
      withStore(async (store) => {
        await addLetters(store)
        const { db } = store.accountTables
        const tables = ['datasets', 'dataset_versions', 'dataset_version_splits', 'dataset_entries']
        await plantShown(store, 'x')
        for (const table of [...tables, 'dataset_shown']) {
          await expect(sql.raw(`delete from ${table}`).execute(db)).rejects.toThrow('never change')
        }
        for (const [table, column] of [
          ['datasets', 'name'],
          ['dataset_versions', 'hash'],
          ['dataset_version_splits', 'hash'],
          ['dataset_entries', 'split'],
          ['dataset_labels', 'content'],
          ['dataset_shown', 'text_group'],
        ]) {
          const statement = `update ${table} set ${column} = 'audit'`
          await expect(sql.raw(statement).execute(db)).rejects.toThrow('never change')
        }
        await expect(
          sql.raw(`update dataset_texts set document = 'x'`).execute(db),
        ).rejects.toThrow('never change')
      }),
    )

    it(
      'remember which reviews are not wanted in them, as they stood',
      withStore(async (store) => {
        const { datasets } = store
        await addLetters(store)
        const { review } = await reviewWithIssues(store, 0)
        const declined = { dataset: 'letters', review, hash: 'hash', by: 'ann' }
        await datasets.decline(declined)
        await datasets.decline({ ...declined, by: 'bob' })
        expect(await datasets.declined('letters')).toEqual(new Set([`${review} hash`]))
        expect(await datasets.declined('others')).toEqual(new Set())
      }),
    )

    it(
      'say with their versions of which splits texts are, of which those that were shown stay so',
      withStore(async (store) => {
        const { datasets, documents, groups } = store
        const add = addsVersions(store)
        await add('new', 'test')
        expect(await groups.get('new')).toMatchObject({ split: 'test', shownToEngineer: false })
        await add('new', 'audit')
        expect(await datasets.splitsOf(['new', 'none'])).toEqual(new Map([['new', 'test']]))
        await add('new', 'evaluation')
        expect(await datasets.splitsOf(['new'])).toEqual(new Map([['new', 'evaluation']]))
        await expect(add('new', 'test')).rejects.toMatchObject({ code: 'group-shown' })
        const group = { id: 'seen', split: 'evaluation' as const, shownToEngineer: true }
        const facts = { name: 'a', mediaType: 'text/plain', bytes: 1, uploader: 'eve' }
        await documents.add({ sha256: 'a', ...facts, group })
        await expect(add('seen', 'audit')).rejects.toMatchObject({ code: 'group-shown' })
        expect(
          await datasets.versions('everything', { dataset: 'letters', limit: 9 }),
        ).toHaveLength(3)
      }),
    )

    it(
      'show nothing that was hidden since they were planned, unless they are meant to',
      withStore(async (store) => {
        const { datasets } = store
        const first = await addLetters(store)
        await plantText(store, 'secret', 'test')
        const open = [datasetEntry('s', 'evaluation', { textGroup: 'secret' })]
        const late = newDatasetVersion(open, { hash: 'bb22', after: first })
        const adding = datasets.addVersion(late)
        await expect(adding).rejects.toMatchObject({
          code: 'dataset-changed',
          message: expect.stringContaining('hidden'),
        })
        expect(await datasets.splitsOf(['secret'])).toEqual(new Map([['secret', 'test']]))
        const second = await datasets.addVersion({
          ...late,
          shows: [{ textGroup: 'secret', holders: [] }],
        })
        expect(await datasets.splitsOf(['secret'])).toEqual(new Map([['secret', 'evaluation']]))
        const again = newDatasetVersion(open, { hash: 'cc33', after: second })
        expect(await datasets.addVersion(again)).toMatchObject({ hash: 'cc33' })
      }),
    )

    it(
      'show nothing that another dataset has hidden since that was confirmed',
      withStore(async ({ datasets }) => {
        const of = (dataset: string, split: Split) => {
          const version = newDatasetVersion([datasetEntry('e', split)], { hash: dataset + split })
          return { ...version, dataset }
        }
        const { textGroup } = datasetEntry('e', 'test')
        await datasets.addVersion(of('first', 'test'))
        await datasets.addVersion(of('second', 'test'))
        const shows = (holders: string[]) => [{ textGroup, holders }]
        const open = of('open', 'evaluation')
        for (const holders of [[], ['first']]) {
          await expect(
            datasets.addVersion({ ...open, shows: shows(holders) }),
          ).rejects.toMatchObject({
            code: 'dataset-changed',
            message: expect.stringContaining('that this would show'),
          })
        }
        expect(await datasets.splitsOf([textGroup])).toEqual(new Map([[textGroup, 'test']]))
        await datasets.addVersion({ ...open, shows: shows(['first', 'second', 'third']) })
      }),
    )

    it(
      'hide nothing that is in another split by now than when they were planned, or in another one elsewhere',
      withStore(async ({ datasets }) => {
        const at = (dataset: string, split: Split, after: DatasetVersion | null = null) => {
          const entry = datasetEntry('e', split)
          const version = newDatasetVersion([entry], { hash: dataset + split, after })
          return { ...version, dataset }
        }
        const { textGroup } = datasetEntry('e', 'test')
        const planned = (split: Split) => [{ textGroup, split }]
        const first = await datasets.addVersion(at('first', 'test'))
        const elsewhere = {
          code: 'dataset-changed',
          message: expect.stringContaining('another split'),
        }
        for (const late of [
          { ...at('second', 'audit'), hides: planned('test'), said: planned('audit') },
          { ...at('second', 'test'), hides: planned('audit') },
        ]) {
          await expect(datasets.addVersion(late)).rejects.toMatchObject(elsewhere)
        }
        const said = planned('audit')
        const moved = { ...at('first', 'audit', first), hides: planned('test'), said }
        const second = await datasets.addVersion(moved)
        expect(await datasets.splitsOf([textGroup])).toEqual(new Map([[textGroup, 'audit']]))
        const stale = { ...at('first', 'test', second), hides: planned('test') }
        await expect(datasets.addVersion(stale)).rejects.toMatchObject(elsewhere)
        await datasets.addVersion({ ...at('third', 'audit'), hides: planned('audit') })
      }),
    )

    it(
      'of which one shows and one hides what both know are not both added at the same time',
      withStore(async ({ datasets }) => {
        for (let i = 0; i < 10; i += 1) {
          const known = versionOfNew(`k${i}`, 'test')
          const after = await datasets.addVersion(known)
          const textGroup = known.entries[0]?.textGroup ?? ''
          const next = (dataset: string, split: Split) => ({
            ...newDatasetVersion([datasetEntry(`k${i}`, split)], { hash: `${dataset}${i}` }),
            dataset: `${dataset}${i}`,
          })
          const shows = [{ textGroup, holders: [known.dataset] }]
          const hides = [{ textGroup, split: 'test' as const }]
          const both = await Promise.allSettled([
            datasets.addVersion({ ...next('open', 'evaluation'), shows }),
            datasets.addVersion({ ...next('hidden', 'test'), hides }),
          ])
          expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
          expect(after.dataset).toBe(known.dataset)
        }
      }),
    )

    it.each([
      ['of which one shows a text that another one hides', ['evaluation', 'test'], ''],
      ['of which each hides a new text in another split', ['audit', 'test'], 'another split'],
    ] as const)('%s at the same time are not both added', async (_, splits, why) => {
      await withStore(async ({ datasets }) => {
        for (let i = 0; i < 10; i += 1) {
          const both = await Promise.allSettled(
            splits.map((split) => datasets.addVersion(versionOfNew(`e${i}`, split))),
          )
          expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
          const [refused] = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
          expect(String(refused)).toContain(why)
        }
      })()
    })

    it(
      'keep what a custodian says of the split of a text, which counts more than what was drawn',
      withStore(async (store) => {
        const { datasets, groups } = store
        const add = addsVersions(store)
        await add('drawn', 'test')
        await add('drawn', 'audit', { by: 'cleo' })
        expect(await datasets.splitsOf(['drawn', 'none'])).toEqual(new Map([['drawn', 'audit']]))
        expect(await groups.get('drawn')).toMatchObject({ split: 'test' })
        const chosen = new Map([['drawn', { split: 'audit', by: 'cleo' }]])
        expect(await datasets.chosenSplits(['drawn', 'none'])).toEqual(chosen)
        // The newest counts, unless engineers have seen the text.
        await add('drawn', 'test', { by: 'dora' })
        expect(await datasets.splitsOf(['drawn'])).toEqual(new Map([['drawn', 'test']]))
        await add('drawn', 'evaluation')
        expect(await datasets.splitsOf(['drawn'])).toEqual(new Map([['drawn', 'evaluation']]))
      }),
    )

    it(
      'leave nothing of a version that came too late: neither dataset nor splits',
      withStore(async (store) => {
        const { datasets, groups } = store
        const first = await addLetters(store)
        const next = (text: string, split: Split) => {
          const entry = datasetEntry(text, split, { textGroup: text })
          return newDatasetVersion([entry], { hash: text, after: first })
        }
        await datasets.addVersion(next('faster', 'test'))
        const said = [{ textGroup: 'faster', split: 'audit' as const }]
        for (const late of [next('late', 'evaluation'), next('hidden', 'test')]) {
          const adding = datasets.addVersion({ ...late, said })
          await expect(adding).rejects.toMatchObject({ code: 'dataset-changed' })
        }
        expect(await groups.get('late')).toBeNull()
        expect(await datasets.splitsOf(['faster', 'late', 'hidden'])).toEqual(
          new Map([['faster', 'test']]),
        )
        expect(await datasets.chosenSplits(['faster'])).toEqual(new Map())
      }),
    )

    it(
      'keep all other examples of the version before, when they are told to',
      withStore(async ({ datasets }) => {
        const many = Array.from({ length: 10_001 }, (_, i) =>
          datasetEntry(`Ä${i}`, 'test', { provenance: { source: 'a' } }),
        )
        const first = await datasets.addVersion(newDatasetVersion(many, { hash: 'aa11' }))
        const changed = datasetEntry('Ä7', 'test', { hash: 'other' })
        const next = newDatasetVersion([changed], { hash: 'bb22', after: first })
        const second = await datasets.addVersion({ ...next, keepsOthers: true })
        const entries = await datasets.entries('everything', second.id, { limit: 10_002 })
        const byId = new Map(entries.map((entry) => [entry.id, entry]))
        expect(entries).toHaveLength(many.length)
        expect(many.map(({ id }) => byId.get(id))).toEqual(
          many.map((entry) => (entry.id === changed.id ? changed : entry)),
        )
      }),
    )

    it(
      'hide what others have shown since, which is told',
      withStore(async ({ datasets }) => {
        const hidden = ['a', 'b', 'c'].map((id) => datasetEntry(id, 'test'))
        const open = datasetEntry('d', 'evaluation')
        const first = newDatasetVersion([...hidden, open], { hash: 'aa11' })
        const after = await datasets.addVersion(first)
        expect(await datasets.shownSince(after.id)).toEqual(new Set())
        const kept = newDatasetVersion([{ ...open, hash: 'ee' }], { hash: 'bb22', after })
        const textGroup = hidden[1]?.textGroup ?? ''
        const shown = newDatasetVersion([{ ...open, textGroup }], { hash: 'cc33' })
        const shows = [{ textGroup, holders: ['letters'] }]
        await datasets.addVersion({ ...shown, dataset: 'open', shows })
        expect(await datasets.shownSince(after.id)).toEqual(new Set(['b']))
        const late = datasets.addVersion({ ...kept, keepsOthers: true })
        await expect(late).rejects.toMatchObject({ code: 'dataset-changed' })
      }),
    )

    it(
      'of several thousand examples come back whole',
      withStore(async ({ datasets }) => {
        const many = Array.from({ length: 4500 }, (_, i) =>
          datasetEntry(`${i}`.padStart(5, '0'), i % 3 === 0 ? 'test' : 'evaluation'),
        )
        const { id } = await datasets.addVersion(newDatasetVersion(many, { hash: 'aa11' }))
        expect(await datasets.entries('everything', id, { limit: 5000 })).toEqual(many)
        const seen = await datasets.entries('evaluation', id, { limit: 5000 })
        expect(seen).toHaveLength(3000)
      }),
    )
  })
}

/** The first one of a dataset of its own, of a text that nobody knew of. */
function versionOfNew(id: string, split: Split): NewVersion {
  const entry = datasetEntry(id, split)
  const hides = split === 'evaluation' ? [] : [entry]
  const version = newDatasetVersion([entry], { hash: `${split} ${id}` })
  return { ...version, dataset: `${split} ${id}`, hides }
}

type Texts = (textGroup: string, split: Split, said?: { by: string }) => Promise<DatasetVersion>

/** Versions one after the other, each of one text. */
function addsVersions({ datasets }: Store): Texts {
  let after: DatasetVersion | null = null
  let made = 0
  return async (textGroup, split, said) => {
    made += 1
    const entry = datasetEntry(`e${made}`, split, { textGroup })
    const shows = split === 'evaluation' ? [{ textGroup, holders: [] }] : []
    const version = { ...newDatasetVersion([entry], { hash: `aa${made}`, after }), shows }
    const chosen = said && { said: [{ textGroup, split }], createdBy: said.by }
    after = await datasets.addVersion({ ...version, ...chosen })
    return after
  }
}
