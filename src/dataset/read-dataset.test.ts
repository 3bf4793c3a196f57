import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import type { UserFacingError } from '../lib/errors.ts'
import { readDataset, readExamples } from './read-dataset.ts'

const lines = (...rows: unknown[]): string =>
  rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n')

const memo = { doc_id: 'memo', paragraphs: [{ para_index: 0, text: 'A 😀 was they late.' }] }
const late = { doc_id: 'memo', type: 'Grammar', para_index: 0, start: 4, end: 12, text: 'was they' }

async function readFolder(documents: string, gold: string, goldSets?: string) {
  await using folder = await tempFolder({
    'documents.jsonl': documents,
    'gold.jsonl': gold,
    ...(goldSets !== undefined && { 'gold-sets.jsonl': goldSets }),
  })
  return await readDataset('.', folder.folder)
}

async function readOne(name: string, files: Record<string, string | Uint8Array>) {
  await using folder = await tempFolder(files)
  return await readDataset(name, folder.folder)
}

test('a folder counts every document, also one without an issue', async () => {
  const empty = { doc_id: 'clean', paragraphs: [{ text: 'Nothing here.' }] }
  const { examples } = await readFolder(lines(memo, empty), lines(late))
  expect(examples.map(({ id, issues }) => [id, issues.length])).toEqual([
    ['memo', 1],
    ['clean', 0],
  ])
})

test('offsets in code points become UTF-16', async () => {
  const { examples } = await readFolder(lines(memo), lines(late))
  const location = examples[0]!.issues[0]!.location
  expect(location).toEqual({ paragraph: 0, start: 5, end: 13 })
  expect('A 😀 was they late.'.slice(5, 13)).toBe('was they')
})

test('code points and UTF-16 offsets that disagree are refused at their column', async () => {
  const row = { ...late, start_utf16: 4, end_utf16: 12 }
  const column = JSON.stringify(row).indexOf(':4,"end_utf16') + 2
  await expect(readFolder(lines(memo), lines(row))).rejects.toThrow(
    `gold.jsonl:1:${column}: start is 4 code points, which are 5 UTF-16 units`,
  )
})

test('an insertion of zero width keeps its place and a span over the end is cut', async () => {
  const insertion = { ...late, start: 3, end: 3, text: '' }
  const over = { ...late, start: 13, end: 40, text: 'late. And the next paragraph.' }
  const { examples } = await readFolder(lines(memo), lines(insertion, over))
  expect(examples[0]!.issues.map(({ location }) => [location.start, location.end])).toEqual([
    [4, 4],
    [14, 19],
  ])
})

test('an issue may have no place at all', async () => {
  const { examples } = await readFolder(lines(memo), lines({ doc_id: 'memo', type: 'Tone' }))
  expect(examples[0]!.issues).toEqual([{ type: 'Tone', text: '', location: {} }])
})

test('fields without a word of ours are kept', async () => {
  const { examples } = await readFolder(
    lines({ ...memo, source_url: 'x' }),
    lines({ ...late, choice: 'Entailment' }),
  )
  expect(examples[0]!.extra).toEqual({ source_url: 'x' })
  expect(examples[0]!.issues[0]!.extra).toEqual({ choice: 'Entailment' })
})

test('when an annotator submits twice, the newest counts, to seven fractional digits', async () => {
  const earlier = { ...late, annotator: 'ann', submitted_at: '2026-01-05T10:00:00.0000001Z' }
  const later = { ...earlier, type: 'Tone', submitted_at: '2026-01-05T10:00:00.0000002Z' }
  const { examples } = await readFolder(lines(memo), lines(later, earlier))
  expect(examples[0]!.issues.map(({ type }) => type)).toEqual(['Tone'])
})

test('a later submission without an issue takes the earlier issues back', async () => {
  const labelled = { ...late, annotator: 'ann', submitted_at: '2026-01-05T10:00:00Z' }
  const nothing = { doc_id: 'memo', annotator: 'ann', n: 0, submitted_at: '2026-01-06T10:00:00Z' }
  const { examples } = await readFolder(lines(memo), lines(labelled), lines(nothing))
  expect(examples[0]!.issues).toEqual([])
})

test('without times, the last submission of an annotator in the file counts', async () => {
  const own = { ...late, annotator: 'ann' }
  const set = { doc_id: 'memo', annotator: 'ann', n: 1 }
  const { examples } = await readFolder(
    lines(memo),
    lines(own, { ...own, type: 'Tone' }),
    lines(set, set),
  )
  expect(examples[0]!.issues.map(({ type }) => type)).toEqual(['Tone'])
})

test('what two annotators mark alike is one issue, what they mark differently is two', async () => {
  const { examples } = await readFolder(
    lines(memo),
    lines(
      { ...late, annotator: 'ann' },
      { ...late, annotator: 'bob' },
      { ...late, annotator: 'bob', type: 'Tone' },
    ),
  )
  expect(examples[0]!.issues.map(({ type }) => type)).toEqual(['Grammar', 'Tone'])
})

test.each([
  [
    'a document that stands twice',
    { documents: lines(memo, memo), gold: lines(late) },
    'documents.jsonl:2:11: the document "memo" stands in line 1 already',
  ],
  [
    'an issue of an unknown document',
    { documents: lines(memo), gold: lines({ ...late, doc_id: 'x' }) },
    'gold.jsonl:1:11: documents.jsonl has no document "x"',
  ],
  [
    'a paragraph that the document does not have',
    { documents: lines(memo), gold: lines({ ...late, para_index: 9 }) },
    'gold.jsonl:1:1: paragraph 9 is outside the document',
  ],
  [
    'a start behind the end',
    { documents: lines(memo), gold: lines({ ...late, start: 9, end: 4 }) },
    'gold.jsonl:1:1: start is behind end',
  ],
  [
    'half a span',
    { documents: lines(memo), gold: lines({ ...late, end: null }) },
    'start and end must be given together',
  ],
  [
    'an issue without a type',
    { documents: lines(memo), gold: lines({ doc_id: 'memo' }) },
    'gold.jsonl:1:1: type: is missing',
  ],
  [
    'a type that is no key',
    { documents: lines(memo), gold: lines({ ...late, type: '__proto__' }) },
    'must not be "__proto__"',
  ],
  [
    'paragraphs with gaps',
    { documents: lines({ ...memo, paragraphs: [{ para_index: 1, text: '' }] }), gold: lines(late) },
    'number paragraphs from 0 without gaps',
  ],
])('%s is refused with its place', async (_name, { documents, gold }, message) => {
  await expect(readFolder(documents, gold)).rejects.toThrow(message)
})

const example = {
  id: 'one',
  document: 'memo.txt',
  issues: [{ type: 'Tone', text: 'late', location: { paragraph: 0, start: 2, end: 6 } }],
  reviewedBy: 'ann',
}

test('our JSON Lines name document files beside them', async () => {
  const { examples } = await readOne('set.jsonl', {
    'set.jsonl': `\uFEFF${JSON.stringify(example)}\r\n`,
    'memo.txt': 'Too late.',
  })
  expect(examples[0]).toMatchObject({ id: 'one', extra: { reviewedBy: 'ann' } })
  expect(examples[0]!.issues).toEqual(example.issues)
})

test("the reference app's ground truth is read as it is", async () => {
  const truth = {
    pdf_name: 'memo.txt',
    stream: false,
    pagination: 32,
    issues: [
      {
        type: 'Definitive Language',
        location: { source_sentence: 'It will work.', page_num: 1, para_index: 4, document_id: 7 },
        text: 'will',
        explanation: 'A promise.',
        suggested_fix: 'may',
      },
    ],
  }
  const { examples } = await readOne('gt.jsonl', { 'gt.jsonl': lines(truth), 'memo.txt': 'x' })
  expect(examples[0]!.id).toBe('memo.txt')
  expect(examples[0]!.issues[0]).toEqual({
    type: 'Definitive Language',
    text: 'will',
    explanation: 'A promise.',
    suggestedFix: 'may',
    location: { sourceSentence: 'It will work.', page: 1, paragraph: 4 },
    extra: { location: { document_id: 7 } },
  })
})

test.each([
  [
    'a missing document file',
    lines(example),
    'set.jsonl:1:24: there is no file "memo.txt" beside this one',
  ],
  ['no document', lines({ issues: [] }), 'set.jsonl:1:1: names no document'],
  [
    'code points without a text',
    lines({
      ...example,
      document: 'set.jsonl',
      issues: [{ type: 'T', para_index: 0, start: 1, end: 2 }],
    }),
    'start counts code points',
  ],
  [
    'a second line for a document',
    lines({ ...example, document: 'set.jsonl' }, { ...example, document: 'set.jsonl' }),
    'set.jsonl:2:1: the document "one" stands in line 1',
  ],
  ['a JSON array', '[{"id":"one"}]', 'is a JSON array'],
  ['an empty file', '', 'set.jsonl is empty'],
])('JSON Lines with %s are refused', async (_name, content, message) => {
  await expect(readOne('set.jsonl', { 'set.jsonl': content })).rejects.toThrow(message)
})

const header =
  'document,type,text,explanation,suggested_fix,source_sentence,paragraph,start,end,page,owner'

test('CSV has an issue a row; a row with the document alone says that it was looked at', async () => {
  const { examples } = await readOne('set.csv', {
    'set.csv': `\uFEFF${header}\r\nmemo.txt,Tone,"late, again",,may,"Too late,\r\nagain.",0,4,8,1,ann\r\nclean.txt,,,,,,,,,,`,
    'memo.txt': 'Too late, again.',
    'clean.txt': 'Nothing.',
  })
  expect(examples.map(({ id, issues }) => [id, issues])).toEqual([
    [
      'memo.txt',
      [
        {
          type: 'Tone',
          text: 'late, again',
          suggestedFix: 'may',
          location: {
            sourceSentence: 'Too late,\r\nagain.',
            paragraph: 0,
            start: 4,
            end: 8,
            page: 1,
          },
          extra: { owner: 'ann' },
        },
      ],
    ],
    ['clean.txt', []],
  ])
})

test.each([
  ['a short row', `${header}\nmemo.txt,Tone`, 'set.csv:2: is not CSV'],
  ['a missing column', 'document,type\nmemo.txt,Tone', '"text" is missing'],
  ['a column twice', 'document,type,text,text\na,b,c,d', 'set.csv:1, column "text": stands twice'],
  [
    'a number that is none',
    `${header}\nset.csv,Tone,x,,,,first,,,,`,
    'set.csv:2, column "paragraph": must be a whole number',
  ],
  [
    'a start without a paragraph',
    `${header}\nset.csv,Tone,x,,,,,1,2,,`,
    'column "paragraph": is empty',
  ],
  [
    'a missing document file',
    `${header}\nmemo.txt,Tone,x,,,,,,,,`,
    'set.csv:2, column "document": there is no file "memo.txt"',
  ],
  ['a header only', header, 'no row'],
])('CSV with %s is refused', async (_name, content, message) => {
  await expect(readOne('set.csv', { 'set.csv': content })).rejects.toThrow(message)
})

test('what is no dataset gets one sentence and a code', async () => {
  await using folder = await tempFolder({ 'set.jsonl': new Uint8Array([0, 1, 2]) })
  await mkdir(folder.path('empty'))
  const codeOf = (name: string) =>
    readDataset(name, folder.folder).then(
      () => 'read',
      (error: UserFacingError) => error.code,
    )
  expect(await codeOf('empty')).toBe('dataset-incomplete')
  expect(await codeOf('missing')).toBe('dataset-not-found')
  expect(await codeOf('set.jsonl')).toBe('not-text')
})

test('the hash is of the content: order, folder and file format details change nothing', async () => {
  const other = { doc_id: 'other', paragraphs: [{ para_index: 0, text: 'They was.' }] }
  const were = { doc_id: 'other', type: 'Grammar', para_index: 0, start: 5, end: 8, text: 'was' }
  const one = await readFolder(lines(memo, other), lines(late, were))
  const same = await readFolder(`\uFEFF${lines(other, memo)}\r\n`, lines(were, late))
  const changed = await readFolder(lines(memo, other), lines(late, { ...were, end: 7 }))
  expect(same.hash).toBe(one.hash)
  expect(changed.hash).not.toBe(one.hash)
})

test('the hash follows the bytes of document files, not their path', async () => {
  const files = (text: string) => ({ 'set.jsonl': lines(example), 'memo.txt': text })
  const one = await readOne('set.jsonl', files('Too late.'))
  expect((await readOne('set.jsonl', files('Too late.'))).hash).toBe(one.hash)
  expect((await readOne('set.jsonl', files('Too late!'))).hash).not.toBe(one.hash)
})

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

test('a document may be named by the SHA-256 of its file, wherever it lies beside the lines', async () => {
  const files = { 'letter.txt': 'We always pay.', 'more/other.txt': 'We never do.' }
  const rows = Object.values(files).map((text) => ({ document: sha256(text), issues: [] }))
  await using folder = await tempFolder({ 'set.jsonl': lines(...rows) })
  await mkdir(folder.path('more'))
  for (const [name, text] of Object.entries(files)) await writeFile(folder.path(name), text)
  const { examples } = await readDataset('set.jsonl', folder.folder)
  expect(examples.map(({ id, document }) => [id, document])).toEqual(
    Object.entries(files).map(([name, text]) => [sha256(text), { file: folder.path(name) }]),
  )
})

test('a document that was uploaded is taken with its text, in which labels have their places', async () => {
  const hash = sha256('a file')
  const paragraphs = [{ index: 0, page: 1, text: 'We always pay.' }]
  const label = { type: 'Tone', text: 'always', location: { paragraph: 0, start: 3, end: 9 } }
  const found = { id: 'document', group: 'group', name: 'a.pdf', paragraphs, language: 'en' }
  const stored = async (wanted: string) => (wanted === hash ? found : null)
  const read = async (row: object) => {
    await using folder = await tempFolder({ 'set.jsonl': lines(row) })
    return await readExamples('set.jsonl', folder.folder, { stored })
  }
  expect(await read({ id: 'a', document: hash, issues: [label] })).toEqual([
    {
      id: 'a',
      document: {
        paragraphs,
        source: { name: 'a.pdf', sha256: hash, stored: { document: 'document', group: 'group' } },
      },
      issues: [label],
      extra: { lang: 'en' },
    },
  ])
  const outside = { ...label, location: { paragraph: 7, start: 3, end: 9 } }
  await expect(read({ document: hash, issues: [outside] })).rejects.toThrow('outside the document')
  await expect(read({ document: sha256('none'), issues: [] })).rejects.toThrow(
    'no file beside this one has the SHA-256',
  )
})
