import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { writeBomb, writePdf } from '../../test/helpers/write-pdf.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ReviewDocument } from '../schema/document.ts'
import { createDocumentReader } from './document-reader.ts'

const reader = createDocumentReader()
afterAll(() => reader[Symbol.asyncDispose]())

const aPdf = writePdf([{ texts: [{ x: 72, y: 700, text: 'The plan covers teeth.' }] }])

describe('a file that cannot be read is refused with a code', () => {
  test.each([
    ['document-empty', 'empty.pdf', ''],
    ['document-broken', 'broken.pdf', '%PDF-1.7\nnothing more'],
    ['document-no-pages', 'none.pdf', writePdf([])],
    ['document-not-supported', 'renamed.pdf', '\u0089PNG\r\n\u001a\n\u0000\u0000\u0000\rIHDR'],
    ['document-not-supported', 'picture.png', '\u0089PNG\r\n\u001a\n\u0000\u0000\u0000\rIHDR'],
  ])('%s: %s', async (code, name, content) => {
    await using temp = await tempFolder({ [name]: content })
    await expect(reader.read(temp.path(name))).rejects.toMatchObject({ code })
  })

  test('document-not-found and document-is-directory', async () => {
    await using temp = await tempFolder()
    const missing = reader.read(temp.path('missing.pdf'))
    await expect(missing).rejects.toMatchObject({ code: 'document-not-found' })
    const folder = reader.read(temp.folder)
    await expect(folder).rejects.toMatchObject({ code: 'document-is-directory' })
  })

  test('document-not-supported: a pipe is not opened, since nobody may write to it', async () => {
    await using temp = await tempFolder()
    execFileSync('mkfifo', [temp.path('pipe.pdf')])
    const pipe = reader.read(temp.path('pipe.pdf'))
    await expect(pipe).rejects.toMatchObject({ code: 'document-not-supported' })
  })

  test('document-too-large: 2 GB are refused before they are read', async () => {
    await using temp = await tempFolder()
    const file = await open(temp.path('huge.pdf'), 'w')
    await file.truncate(2 * 2 ** 30)
    await file.close()
    const huge = reader.read(temp.path('huge.pdf'))
    await expect(huge).rejects.toMatchObject({ code: 'document-too-large' })
  })
})

describe('the guard', () => {
  test('kills a child that takes too much memory, and the next file is read', async () => {
    await using temp = await tempFolder({ 'bomb.pdf': writeBomb(400 * 2 ** 20), 'a.pdf': aPdf })
    await using guarded = createDocumentReader({ limits: { memory: 300 * 2 ** 20 } })
    const bomb = guarded.read(temp.path('bomb.pdf'))
    await expect(bomb).rejects.toMatchObject({ code: 'document-too-complex' })
    expect((await guarded.read(temp.path('a.pdf'))).paragraphs).toHaveLength(1)
  })

  test('kills a child that takes too long, and the next file is read', async () => {
    await using temp = await tempFolder({ 'bomb.pdf': writeBomb(400 * 2 ** 20), 'a.txt': 'Text.' })
    await using guarded = createDocumentReader({ limits: { time: 2_000, memory: 2 ** 40 } })
    const bomb = guarded.read(temp.path('bomb.pdf'))
    await expect(bomb).rejects.toMatchObject({ code: 'document-timeout' })
    expect((await guarded.read(temp.path('a.txt'))).paragraphs).toHaveLength(1)
  })

  test('stops at once when the caller aborts', async () => {
    await using temp = await tempFolder({ 'bomb.pdf': writeBomb(400 * 2 ** 20) })
    await using guarded = createDocumentReader({ limits: { memory: 2 ** 40 } })
    const bomb = guarded.read(temp.path('bomb.pdf'), { signal: AbortSignal.timeout(200) })
    await expect(bomb).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})

type Outcome = {
  file: string
  expected: 'ok' | 'error'
  pages?: number
  textChars?: number
  categories: string[]
}

function outcomesIn(folder: string): Outcome[] {
  if (!existsSync(folder)) return []
  const lines = readFileSync(path.join(folder, 'outcomes.jsonl'), 'utf8').trim().split('\n')
  return lines.map((line): Outcome => JSON.parse(line))
}

const shared = '../shared/data/pdfs'
describe.skipIf(!existsSync(shared))('50 hard PDFs (needs ../shared/data)', () => {
  test.each(outcomesIn(shared))('$file', async (outcome) => {
    expect(await outcomeOf(shared, outcome)).toEqual(expectedOf(outcome))
  })

  test('an AES-256 file opens with its password', async () => {
    const file = path.join(shared, 'qpdf__enc-XI-R6_V5_U_wwwww_O_wwwww.pdf')
    expect((await reader.read(file, { password: 'wwwww' })).pages.length).toBeGreaterThan(0)
  })
})

describe('hard PDFs that come with the tests', () => {
  const fixtures = 'test/fixtures/documents'
  test.each(outcomesIn(fixtures))('$file', async (outcome) => {
    expect(await outcomeOf(fixtures, outcome)).toEqual(expectedOf(outcome))
  })

  test('an encrypted file opens with its password and with no other', async () => {
    const file = path.join(fixtures, 'qpdf__enc-R3_V2_U_view_O_master.pdf')
    expect((await reader.read(file, { password: 'master' })).pages.length).toBeGreaterThan(0)
    const wrong = reader.read(file, { password: 'wrong' })
    await expect(wrong).rejects.toMatchObject({ code: 'document-password-wrong' })
  })
})

/** What pdf.js refuses and we read; see docs/documents.md. */
const better = new Set(['qpdf__bad18.pdf'])
const anyCode = { code: expect.stringMatching('document-') }

function outcomeOf(folder: string, { file }: Outcome): Promise<unknown> {
  return reader.read(path.join(folder, file)).then(summarize, asCode)
}

function expectedOf({ file, expected, pages, textChars, categories }: Outcome): unknown {
  if (categories.includes('zero-pages')) return { code: 'document-no-pages' }
  if (categories.includes('password')) return { code: 'document-encrypted' }
  if (expected === 'error' && !better.has(file)) return anyCode
  return {
    pages: pages ?? 1,
    characters: expect.toSatisfy((count: number) => count >= (textChars ?? 0) * 0.95),
    misplacedWords: [],
  }
}

function summarize({ pages, paragraphs }: ReviewDocument): unknown {
  return {
    pages: pages.length,
    characters: paragraphs.reduce((sum, { text }) => sum + text.length, 0),
    misplacedWords: paragraphs.flatMap(({ text, words }) =>
      words.filter((word) => text.slice(word.start, word.end) !== word.text),
    ),
  }
}

function asCode(error: unknown): unknown {
  return error instanceof UserFacingError ? { code: error.code } : error
}
