import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { parseColumnMapping } from './column-mapping.ts'
import { readExamples } from './read-dataset.ts'

const issue = {
  type: 'Definitive Language',
  text: 'will always',
  location: { source_sentence: 'The plan will always cover you.', para_index: 0 },
}
const paragraphs = ['The plan will always cover you.']

async function read(row: object, given: string[], name = 'data.jsonl') {
  await using folder = await tempFolder({
    [name]: JSON.stringify(row),
    'handbook.txt': paragraphs.join(''),
  })
  const columns = parseColumnMapping(given)
  const examples = await readExamples(name, folder.folder, { columns })
  return { examples, at: (file: string) => folder.path(file) }
}

test.each([
  ['an object', { issues: [issue] }],
  ['a list', [issue]],
  ['a text with JSON in it', JSON.stringify({ issues: [issue] })],
  ['an object with a text', { issues: JSON.stringify([issue]) }],
])('ground truth of a run of prompt flow is read where it is %s', async (_, truth) => {
  const row = { pdf: 'handbook.txt', gt_json: truth, stream: false }
  const given = ['document=${data.pdf}', 'issues=${data.gt_json}']
  const { examples, at } = await read(row, given)
  expect(examples).toEqual([
    {
      id: 'handbook.txt',
      document: { file: at('handbook.txt') },
      issues: [
        {
          type: 'Definitive Language',
          text: 'will always',
          location: { sourceSentence: paragraphs[0], paragraph: 0 },
        },
      ],
      // Columns that are no field of ours are kept.
      extra: { stream: false },
    },
  ])
})

test('a column inside of another is found, and the rest of that is not kept', async () => {
  const row = { inputs: { name: 'a', text: paragraphs, secret: 1 }, truth: '{"issues": []}' }
  const given = ['id=inputs.name', 'paragraphs=inputs.text', 'issues=truth.issues']
  const { examples } = await read(row, given)
  expect(examples).toEqual([
    { id: 'a', document: { paragraphs: [{ index: 0, text: paragraphs[0] }] }, issues: [] },
  ])
})

test('what is not mapped keeps its own name', async () => {
  const { examples } = await read({ id: 'a', paragraphs, truth: [] }, ['issues=truth'])
  expect(examples).toMatchObject([{ id: 'a', issues: [] }])
})

test.each([
  ['a column that is not there', { id: 'a', paragraphs }, /has no column "gt_json"/u],
  ['no list', { id: 'a', paragraphs, gt_json: 'none' }, /holds no list of issues/u],
  [
    'a wrong issue',
    { id: 'a', paragraphs, gt_json: [{ text: 'x' }] },
    /issues\.0\.type: is missing/u,
  ],
])('%s is told with its line', async (_, row, reason) => {
  const reading = read(row, ['issues=${data.gt_json}'])
  await expect(reading).rejects.toThrow(/^data\.jsonl:1:\d+: /u)
  await expect(read(row, ['issues=${data.gt_json}'])).rejects.toThrow(reason)
})

test.each(['issues', 'issues=', 'labels=x', 'issues=${run.outputs.issues}', 'id=a..b'])(
  'the mapping %s is not understood',
  (given) => {
    expect(() => parseColumnMapping([given])).toThrow('is not understood')
  },
)

test('one field from two columns, or columns of a table, are refused', async () => {
  expect(() => parseColumnMapping(['id=a', 'id=b'])).toThrow('for the second time')
  const table = read({}, ['id=a'], 'data.csv')
  await expect(table).rejects.toMatchObject({ code: 'column-mapping' })
})
