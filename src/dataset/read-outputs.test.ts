import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { readOutputs } from './read-outputs.ts'

const documents = new Map([
  ['memo', ['They was late.']],
  ['clean', ['Nothing.']],
])

async function read(...rows: unknown[]) {
  const content = rows.map((row) => JSON.stringify(row)).join('\n')
  await using folder = await tempFolder({ 'run.jsonl': content })
  return await readOutputs({ name: 'run.jsonl', cwd: folder.folder, documents })
}

const issue = { type: 'Grammar', text: 'was', para_index: 0, start: 5, end: 8 }
const located = {
  type: 'Grammar',
  text: 'was',
  location: { paragraph: 0, start: 5, end: 8 },
}

test('issues a line and issues by document mean the same', async () => {
  const byLine = await read({ doc_id: 'memo', ...issue }, { doc_id: 'memo', ...issue })
  const byDocument = await read({ doc_id: 'memo', issues: [issue, issue] })
  expect(byLine.byDocument.get('memo')).toEqual({ issues: [located, located], error: null })
  expect(byDocument).toEqual(byLine)
})

test('a document that failed has an error and nothing found', async () => {
  const { byDocument } = await read({ doc_id: 'memo', error: 'timeout' })
  expect(byDocument.get('memo')).toEqual({ issues: [], error: 'timeout' })
})

test('a place that the model invented is forgotten, so that the issue is looked for by its text', async () => {
  const { byDocument } = await read(
    { doc_id: 'memo', ...issue, para_index: 7 },
    { doc_id: 'memo', ...issue, start: 90, end: 93 },
  )
  expect(byDocument.get('memo')?.issues.map(({ location }) => location)).toEqual([
    {},
    { paragraph: 0 },
  ])
})

test.each([
  [
    'another dataset',
    [{ doc_id: 'x', ...issue }],
    'run.jsonl:1:11: the dataset has no document "x"',
  ],
  [
    'failed and done',
    [
      { doc_id: 'memo', ...issue },
      { doc_id: 'memo', error: 'x' },
    ],
    'run.jsonl:2:11: this document has failed',
  ],
  [
    'no type',
    [{ doc_id: 'memo', issues: [{ text: 'was' }] }],
    'run.jsonl:1:28: issues.0.type: is missing',
  ],
])('outputs of %s are refused with their line', async (_name, rows, message) => {
  await expect(read(...rows)).rejects.toThrow(message)
})
