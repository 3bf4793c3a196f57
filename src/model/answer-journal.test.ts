import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { contentHash } from '../lib/content-hash.ts'
import { openAnswerJournal } from './answer-journal.ts'

const answerOf = (value: unknown) => ({ value, inputTokens: 7, outputTokens: null })
const keys = Array.from({ length: 5 }, (_, index) => contentHash(index))
const values = [{ text: 'ä “quoted”\n😀' }, [], null, 'a\u2028b', { nested: [1, { two: 2 }] }]

async function fill(file: string): Promise<void> {
  await using journal = await openAnswerJournal(file)
  await Promise.all(keys.map((key, index) => journal.put(key, answerOf(values[index]))))
}

async function read(file: string): Promise<unknown[]> {
  await using journal = await openAnswerJournal(file)
  return keys.map((key) => journal.get(key)?.value)
}

test('keeps answers from one opening to the next', async () => {
  await using folder = await tempFolder()
  const file = folder.path('new/answers.jsonl')
  await fill(file)
  expect(await read(file)).toEqual(values)
  await using journal = await openAnswerJournal(file)
  expect(journal.get(keys[0]!)).toEqual(answerOf(values[0]))
  expect(journal.get(contentHash('other'))).toBeUndefined()
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  expect(lines.map((line): unknown => JSON.parse(line))).toHaveLength(6)
})

test('an answer is in the file when put resolves, and later ones replace it', async () => {
  await using folder = await tempFolder()
  const file = folder.path('answers.jsonl')
  await using journal = await openAnswerJournal(file)
  await journal.put(keys[0]!, answerOf('first'))
  expect(readFileSync(file, 'utf8')).toContain('"first"')
  await journal.put(keys[0]!, answerOf('second'))
  expect(journal.get(keys[0]!)?.value).toBe('second')
  await journal[Symbol.asyncDispose]()
  expect((await read(file))[0]).toBe('second')
})

test('survives being cut off at any byte, and nothing is glued to what is left', async () => {
  await using folder = await tempFolder()
  const whole = folder.path('whole.jsonl')
  await fill(whole)
  const bytes = readFileSync(whole)
  const file = folder.path('cut.jsonl')
  const ends = [...bytes.entries()].filter(([, byte]) => byte === 10).map(([index]) => index)
  const inHeader = Array.from({ length: ends[0]! + 5 }, (_, index) => index)
  const inLastLine = Array.from({ length: 160 }, (_, index) => bytes.length - index)
  for (const length of [...inHeader, ...inLastLine]) {
    writeFileSync(file, bytes.subarray(0, length))
    const there = Math.max(0, ends.filter((end) => end < length).length - 1)
    {
      await using journal = await openAnswerJournal(file)
      expect(keys.filter((key) => journal.get(key))).toEqual(keys.slice(0, there))
      await journal.put(keys[4]!, answerOf('a'))
    }
    const lines = readFileSync(file, 'utf8').split('\n')
    expect(lines.at(-1)).toBe('')
    await using journal = await openAnswerJournal(file)
    expect(journal.damaged).toBe(0)
    expect(journal.get(keys[4]!)?.value).toBe('a')
    expect(keys.slice(0, there).every((key) => journal.get(key))).toBe(true)
  }
})

test('a changed byte loses its own answer only, and is counted', async () => {
  await using folder = await tempFolder()
  const file = folder.path('answers.jsonl')
  await fill(file)
  const bytes = readFileSync(file)
  const secondLine = bytes.indexOf(keys[1]!)
  bytes[secondLine + 90] = 0
  writeFileSync(file, bytes)
  await using journal = await openAnswerJournal(file)
  expect(keys.map((key) => journal.get(key) !== undefined)).toEqual([true, false, true, true, true])
  expect(journal.damaged).toBe(1)
})

test('any answers come back as they were', async () => {
  await using folder = await tempFolder()
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 20 }), async (answers) => {
      const file = folder.path(`${(run += 1)}.jsonl`)
      {
        await using journal = await openAnswerJournal(file)
        await Promise.all(
          answers.map((value, index) => journal.put(contentHash(index), answerOf(value))),
        )
      }
      await using journal = await openAnswerJournal(file)
      for (const [index, value] of answers.entries()) {
        const kept = journal.get(contentHash(index))?.value
        expect(JSON.stringify(kept)).toBe(JSON.stringify(value))
      }
    }),
    { numRuns: 25 },
  )
})

test('lines longer than what is read at once come back', async () => {
  await using folder = await tempFolder()
  const file = folder.path('answers.jsonl')
  const long = 'ä'.repeat(3_000_000)
  {
    await using journal = await openAnswerJournal(file)
    for (const key of keys.slice(0, 3)) await journal.put(key, answerOf(long))
  }
  expect((await read(file)).map((value) => value === long)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
})

test('a file that is something else is refused and left as it is', async () => {
  await using folder = await tempFolder()
  const file = folder.path('letter.txt')
  writeFileSync(file, 'Dear reader')
  await expect(openAnswerJournal(file)).rejects.toMatchObject({ code: 'not-a-journal' })
  expect(readFileSync(file, 'utf8')).toBe('Dear reader')
})

test('a journal that cannot be made says why', async () => {
  await using folder = await tempFolder()
  await expect(openAnswerJournal(folder.folder)).rejects.toMatchObject({
    code: 'journal-unwritable',
  })
  // Here it fails before there is a lock.
  writeFileSync(folder.path('letter.txt'), 'Dear reader')
  await expect(openAnswerJournal(folder.path('letter.txt/answers.jsonl'))).rejects.toMatchObject({
    code: 'journal-unwritable',
  })
})

test('many answers at once share a sync: they all end up in the file, in order', async () => {
  await using folder = await tempFolder()
  const file = folder.path('answers.jsonl')
  await using journal = await openAnswerJournal(file)
  const many = Array.from({ length: 2000 }, (_, index) => contentHash(`many ${index}`))
  await Promise.all(many.map((key, index) => journal.put(key, answerOf(index))))
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(1)
  expect(lines.map((line) => JSON.parse(line).answer.value)).toEqual(many.map((_, index) => index))
})

test('what cannot be written is told to whoever put it', async () => {
  await using folder = await tempFolder()
  const file = folder.path('answers.jsonl')
  await using journal = await openAnswerJournal(file)
  const circular: unknown[] = []
  circular.push(circular)
  await expect(journal.put(keys[0]!, answerOf(circular))).rejects.toThrow(/circular/)
  await journal.put(keys[1]!, answerOf(1))
  expect(journal.get(keys[1]!)?.value).toBe(1)
})
