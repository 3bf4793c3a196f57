import { expect, test } from 'vitest'
import { countCalls } from '../../test/helpers/count-calls.ts'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { openStore } from '../store/open-store.ts'
import {
  folderDatasets,
  joinDatasets,
  openToMeasure,
  parseDatasetReference,
} from './dataset-source.ts'
import { importVersion } from './import-version.ts'
import type { LoadedExample } from './loaded-example.ts'
import { storedDatasets } from './stored-datasets.ts'

test('a reference is a name and a split; what stands after an @ and is no split belongs to the name', () => {
  const references = ['letters', 'letters@test', 'a@b', 'a@b@audit', '@test', 'letters@']
  expect(references.map(parseDatasetReference)).toEqual([
    { name: 'letters', split: 'evaluation' },
    { name: 'letters', split: 'test' },
    { name: 'a@b', split: 'evaluation' },
    { name: 'a@b', split: 'audit' },
    { name: '@test', split: 'evaluation' },
    { name: 'letters@', split: 'evaluation' },
  ])
})

test('only the evaluation split is opened; others are as if the dataset were not there', async () => {
  const example = { id: 'a', document: 'a.txt', issues: [] }
  await using folder = await tempFolder({
    'datasets/letters/examples.jsonl': `${JSON.stringify(example)}\n`,
    'datasets/letters/a.txt': 'Dear all',
  })
  const source = folderDatasets([folder.path('none'), folder.path('datasets')])
  const opened = await openToMeasure(source, 'letters@evaluation')
  expect(opened).toMatchObject({ name: 'letters', examples: [{ id: 'a' }] })
  expect(opened).toEqual(await openToMeasure(source, 'letters'))
  const answers = ['letters@test', 'letters@tset', 'nothing'].map((reference) =>
    openToMeasure(source, reference).catch((error: unknown) => error),
  )
  const [test, misspelt, nothing] = await Promise.all(answers)
  expect(test).toEqual(nothing)
  expect(misspelt).toEqual(nothing)
  expect(nothing).toMatchObject({
    code: 'dataset-not-found',
    message: expect.stringMatching(
      /, or none that you may see\. .*@evaluation.* There are: letters\. .*proofloop dataset import/,
    ),
  })
})

const letters = [
  { id: 'shown', split: 'evaluation' as const, text: 'We always pay.' },
  { id: 'hidden', split: 'test' as const, text: 'Nobody is told this.' },
].map(({ id, split, text }) => ({
  id,
  split,
  paragraphs: [{ index: 0, text }],
  issues: [{ type: 'Promise', text: text.slice(0, 2), location: { paragraph: 0 } }],
}))

test('of a dataset in the store the evaluation split is opened, and nothing tells of the others', async () => {
  await using folder = await tempFolder()
  await using store = await openStore({ dataFolder: folder.folder })
  const shares = { evaluation: 1, test: 0, audit: 0 }
  const facts = {
    mode: 'replace' as const,
    splits: 'given' as const,
    createdBy: 'cus',
    source: 'x',
  }
  const add = async (dataset: string, examples: LoadedExample[]) =>
    importVersion({ store, splitKey: 'key', shares }, { ...facts, dataset, examples, note: null })
  await add('letters', letters)
  await add('secrets', letters.slice(1))
  const source = storedDatasets(async () => store)
  expect(await source.names()).toEqual(['letters'])
  const [listed, ...others] = await source.list()
  expect(listed).toEqual({ name: 'letters', documents: 1, issues: 1, problem: null })
  expect(others).toEqual([])
  expect([await source.has('letters'), await source.has('secrets')]).toEqual([true, false])
  expect(await source.example('letters', 'shown')).toMatchObject({ id: 'shown' })
  expect(await source.example('letters', 'hidden')).toBeNull()
  expect(await source.example('nothing', 'shown')).toBeNull()
  const opened = await openToMeasure(source, 'letters@evaluation')
  expect(opened).toMatchObject({
    name: 'letters',
    examples: [{ id: 'shown', document: { paragraphs: [{ index: 0, text: 'We always pay.' }] } }],
  })
  expect(opened.examples).toHaveLength(1)
  const answers = ['letters@test', 'secrets', 'secrets@test', 'nothing'].map((reference) =>
    openToMeasure(source, reference).catch((error: unknown) => error),
  )
  const told = await Promise.all(answers)
  expect(new Set(told.map(String)).size).toBe(1)
  expect(told[0]).toMatchObject({ code: 'dataset-not-found' })
})

test('many datasets in the store are listed by one question, and one is found without the list', async () => {
  await using folder = await tempFolder()
  await using store = await openStore({ dataFolder: folder.folder })
  const host = { store, splitKey: 'key', shares: { evaluation: 1, test: 0, audit: 0 } }
  const names = ['a', 'b', 'c', 'd']
  for (const dataset of names) {
    const facts = { dataset, mode: 'replace' as const, splits: 'given' as const, note: null }
    await importVersion(host, { ...facts, examples: letters, createdBy: 'cus', source: 'x' })
  }
  const { counted, calls } = countCalls(store.datasets)
  const source = joinDatasets([
    storedDatasets(async () => ({ datasets: counted })),
    folderDatasets([]),
  ])
  expect((await source.list()).map(({ name }) => name)).toEqual(names)
  expect([...calls]).toEqual([['list', 1]])
  calls.clear()
  expect(await source.example('c', 'shown')).toMatchObject({ id: 'shown' })
  expect(calls.get('list')).toBeUndefined()
})

test('of two datasets with one name that of the first source counts', async () => {
  const line = (id: string) => `${JSON.stringify({ id, document: 'a.txt', issues: [] })}\n`
  await using folder = await tempFolder({
    'one/letters.jsonl': line('first'),
    'one/a.txt': 'a',
    'two/letters.jsonl': line('second'),
    'two/memos.jsonl': line('memo'),
    'two/a.txt': 'a',
  })
  const joined = joinDatasets(['one', 'two'].map((name) => folderDatasets([folder.path(name)])))
  expect(await joined.names()).toEqual(['letters', 'memos'])
  expect(await joined.open('letters', 'evaluation')).toMatchObject({ examples: [{ id: 'first' }] })
  expect(await joined.list()).toEqual([
    { name: 'letters', documents: 1, issues: 0, problem: null },
    { name: 'memos', documents: 1, issues: 0, problem: null },
  ])
  expect(await joined.open('letters', 'test')).toBeNull()
  expect(await joined.example('letters', 'first')).toMatchObject({ id: 'first' })
  expect(await joined.example('letters', 'second')).toBeNull()
  expect(await joined.has('nothing')).toBe(false)
})
