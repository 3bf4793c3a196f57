import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { Role, type Split } from '../schema/access.ts'
import type { DatasetVersion } from '../schema/stored-dataset.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { hiddenNames } from './hidden-names.ts'
import { datasetReader, type DatasetReader } from './dataset-reader.ts'
import { datasetScopeOf } from './dataset-rights.ts'

const splits: Split[] = ['evaluation', 'test', 'audit', 'test']
const hash = (i: number): string => `${i}`.repeat(64)

async function withVersion(use: (store: Store, version: DatasetVersion) => Promise<void>) {
  await using folder = await tempFolder()
  await using store = await openStore({ dataFolder: folder.path('.proofloop'), exclusive: false })
  const named = (i: number) => ({ group: `g${i}`, textGroup: `g${i}`, document: `d${i}` })
  const entries = splits.map((split, i) => {
    return { id: `${i}`, split, ...named(i), hash: hash(i), issues: 0, types: [], provenance: null }
  })
  const version = await store.datasets.addVersion({
    dataset: 'letters',
    after: null,
    createdBy: 'cleo',
    provenance: { source: 'a', note: null, groups: { kept: 0, drawn: 4, chosen: 0 } },
    hash: 'ab'.repeat(32),
    splits: (['evaluation', 'test', 'audit'] as const).map((split, i) => {
      return { split, examples: 1, issues: 0, types: [], hash: hash(i) }
    }),
    entries,
    contents: entries.map(({ document, hash: content }) => {
      return { document, hash: content, paragraphs: [], labels: { issues: [] } }
    }),
  })
  await use(store, version)
}

async function logged({ audit }: Store) {
  const entries = await audit.list({ limit: 99 })
  return entries.map(({ actor, action, subject, details }) => {
    return { actor, action, subject, details: JSON.parse(details) as object }
  })
}

/** What comes back, as it comes: of a stream each example by itself. */
type Read = (reader: DatasetReader, version: DatasetVersion) => AsyncIterable<unknown>

const ways: [string, Read][] = [
  ['a page of entries', (reader, version) => once(reader.entries(version, { limit: 9 }))],
  ['a page of examples', (reader, version) => once(reader.examples(version, { limit: 9 }))],
  ['one example', (reader, version) => once(reader.example(version, '1'))],
  ['all entries', (reader, version) => reader.allEntries(version)],
  ['all examples', (reader, version) => reader.allExamples(version, 'test')],
]

async function* once<T>(read: Promise<T>): AsyncGenerator<T> {
  yield await read
}

test.each(ways)(
  'a custodian reads nothing of %s when the audit log takes no entry',
  async (_, read) => {
    await withVersion(async (store, version) => {
      const full = new Error('The disk is full.')
      const audit = { ...store.audit, append: () => Promise.reject(full) }
      const reader = datasetReader({ ...store, audit }, { id: 'cleo', roles: ['custodian'] })
      const shown: unknown[] = []
      const reading = async (): Promise<void> => {
        for await (const one of read(reader, version)) shown.push(one)
      }
      await expect(reading()).rejects.toBe(full)
      expect(shown).toEqual([])
    })
  },
)

test.each(ways)('a custodian who reads %s is in the audit log', async (_, read) => {
  await withVersion(async (store, version) => {
    const reader = datasetReader(store, { id: 'cleo', key: 'k1', roles: ['custodian'] })
    await Array.fromAsync(read(reader, version))
    const entries = await logged(store)
    expect(entries.length).toBeGreaterThan(0)
    for (const entry of entries) {
      expect(entry).toMatchObject({ actor: 'cleo', action: 'hidden-read', subject: version.hash })
      expect(entry.details).toMatchObject({ dataset: 'letters', key: 'k1' })
    }
  })
})

test('the log tells which hidden examples were read, by split, and no open ones', async () => {
  await withVersion(async (store, version) => {
    const reader = datasetReader(store, { id: 'cleo', roles: ['custodian'] })
    await reader.entries(version, { limit: 9 })
    await reader.entries(version, { split: 'evaluation', limit: 9 })
    await reader.example(version, '0')
    await Array.fromAsync(reader.allEntries(version, 'audit'))
    const hidden = await hiddenNames(store)
    const nameOf = (digit: string) => hidden(digit.repeat(64))
    expect((await logged(store)).map(({ details }) => details)).toEqual([
      { dataset: 'letters', split: 'audit', whole: nameOf('2') },
      { dataset: 'letters', split: 'audit', examples: ['2'].map(nameOf) },
      { dataset: 'letters', split: 'test', examples: ['1', '3'].map(nameOf) },
    ])
  })
})

test('a split that one reader reads twice is one entry; another one’s reading is another', async () => {
  await withVersion(async (store, version) => {
    const read = async (split?: Split): Promise<number> => {
      const reader = datasetReader(store, { id: 'cleo', roles: ['custodian'] })
      const before = (await logged(store)).length
      await Array.fromAsync(reader.allEntries(version, 'test'))
      await Array.fromAsync(reader.allExamples(version, split))
      return (await logged(store)).length - before
    }
    expect(await read('test')).toBe(1)
    expect(await read('audit')).toBe(2)
    expect(await read()).toBe(2)
  })
})

test.each(ways)('%s shows an engineer open examples only, and others nothing', async (_, read) => {
  await withVersion(async (store, version) => {
    for (const roles of Role.options.map((role) => [role])) {
      const reader = datasetReader(store, { id: 'somebody', roles })
      if (roles.includes('custodian')) continue
      const [seen] = await reader.list()
      expect(seen?.splits.map(({ split }) => split)).toEqual(
        roles.includes('engineer') ? ['evaluation'] : undefined,
      )
      const found = JSON.stringify(await Array.fromAsync(read(reader, version)))
      const hidden = roles.includes('engineer') ? /test|audit/ : /evaluation|test|audit/
      expect(found).not.toMatch(hidden)
    }
    expect(await logged(store)).toEqual([])
  })
})

test('one person with all roles sees everything', () => {
  expect(datasetScopeOf({ roles: Role.options })).toBe('everything')
})
