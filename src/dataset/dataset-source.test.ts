import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { folderDatasets, openToMeasure, parseDatasetReference } from './dataset-source.ts'

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
  const answers = ['letters@test', 'letters@audit', 'nothing'].map((reference) =>
    openToMeasure(source, reference).catch((error: unknown) => error),
  )
  const [test, audit, nothing] = await Promise.all(answers)
  expect(test).toEqual(nothing)
  expect(audit).toEqual(nothing)
  expect(nothing).toMatchObject({ code: 'dataset-not-found' })
})
