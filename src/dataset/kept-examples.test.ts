import { appendFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { createKeptExamples } from './kept-examples.ts'

test.each(['letters.jsonl', 'letters'])(
  '%s is read again when it has changed only',
  async (name) => {
    await using folder = await tempFolder({ 'letters.jsonl': '{}\n', 'letters/gold.jsonl': '{}\n' })
    const reads: string[] = []
    const examples = createKeptExamples(async ({ location }) => {
      reads.push(location)
      return [{ id: `${reads.length}`, document: { paragraphs: [] }, issues: [], group: 'a' }]
    })
    const dataset = { location: folder.path(name) }
    const [first, again] = [await examples(dataset), await examples(dataset)]
    expect(again).toBe(first)
    expect(reads).toEqual([dataset.location])
    await appendFile(
      name === 'letters' ? folder.path('letters/gold.jsonl') : dataset.location,
      '{}\n',
    )
    expect(await examples(dataset)).toMatchObject([{ id: '2' }])
    expect(reads).toHaveLength(2)
  },
)
