import { symlink } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { flowTexts } from './flow-texts.ts'

const names = async (...args: Parameters<typeof flowTexts>) => {
  const { files, left } = await flowTexts(...args)
  return { names: files.map(({ name }) => name), left }
}

test('text files of a flow are read wherever they lie in it, those of agents first', async () => {
  await using folder = await tempFolder({
    'flow/README.md': 'About.',
    'flow/agents/tone/agent.yaml': 'name: tone',
    'flow/agents/tone/shots.txt': 'A shot.',
    'flow/agents/tone/more/shots.jsonl': '{"text": "Another."}',
    'flow/recordings/model.jsonl': '{}',
    'elsewhere.jsonl': '{}',
  })
  const recordings = ['recordings/model.jsonl', '../elsewhere.jsonl']
  expect(await names(folder.path('flow'), { recordings })).toEqual({
    names: [
      'agents/tone/agent.yaml',
      'agents/tone/more/shots.jsonl',
      'agents/tone/shots.txt',
      '../elsewhere.jsonl',
      'README.md',
      'recordings/model.jsonl',
    ],
    left: 0,
  })
})

test('what is no part of a flow is not read: data folders, datasets, documents, what is hidden or no text', async () => {
  await using folder = await tempFolder({
    'a.md': 'Read.',
    '.env': 'KEY=1',
    '.proofloop/log.txt': 'x',
    'kept/proofloop.db': 'x',
    'kept/text.txt': 'x',
    'datasets/letters/gold.jsonl': '{}',
    'documents/letter.txt': 'x',
    'agents/node_modules/x/index.js': 'x',
    'picture.png': 'a\0b',
    'letters.jsonl': '{}',
  })
  const without = folder.path('letters.jsonl')
  expect(await names(folder.folder, { without })).toEqual({ names: ['a.md'], left: 0 })
})

test('files that are too large, or too many, are left and counted', async () => {
  const large = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`${n}.txt`, 'x'.repeat(1_900_000)]))
  await using folder = await tempFolder({ ...large, 'huge.txt': 'x'.repeat(2_100_000) })
  expect(await names(folder.folder)).toEqual({
    names: ['1.txt', '2.txt', '3.txt', '4.txt'],
    left: 2,
  })
  await using many = await tempFolder(
    Object.fromEntries(Array.from({ length: 2002 }, (_, n) => [`${n}.txt`, 'x'])),
  )
  expect(await flowTexts(many.folder)).toMatchObject({ files: { length: 2000 }, left: 2 })
})

test('a recording that is not there yet is none, and one that cannot be looked at is counted as left out', async () => {
  await using folder = await tempFolder({ 'a.md': 'Read.' })
  await symlink('loop.jsonl', folder.path('loop.jsonl'))
  const recordings = ['none.jsonl', 'loop.jsonl']
  expect(await names(folder.path(''), { recordings })).toEqual({ names: ['a.md'], left: 1 })
})
