import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { Review } from '../src/schema/review.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'
import { writePdf } from './helpers/write-pdf.ts'

const promise = 'The plan guarantees that your claim is paid.'
const aPdf = writePdf([{ texts: [{ x: 72, y: 700, text: promise }] }, { texts: [] }])
const phrases = ['review', '--agents', 'definitive-language']

test('prints issues by page with explanation and fix, and warns of pages without text', async () => {
  await using temp = await tempFolder({ 'booklet.pdf': aPdf })
  const { exitCode, stdout, stderr } = await runInProcess([...phrases, 'booklet.pdf'], temp.folder)
  expect(exitCode).toBe(0)
  expect(stdout).toContain('Page 1\n')
  expect(stdout).toContain('Definitive Language · score')
  expect(stdout).toContain(promise)
  expect(stdout).toContain('1 issue on 1 of 2 pages')
  expect(stderr).toContain('no text on page 2 of 2')
})

test('--json prints one object for one file, with offsets and quads that hold', async () => {
  await using temp = await tempFolder({ 'booklet.pdf': aPdf })
  const { stdout } = await runInProcess([...phrases, '--json', 'booklet.pdf'], temp.folder)
  const review = Review.parse(JSON.parse(stdout))
  expect(review.document).toMatchObject({ pages: 2, pagesWithoutText: [2] })
  expect(review.agents['definitive-language']).toMatchObject({ status: 'done', issues: 1 })
  const [issue] = review.issues
  const { start, end, quads } = issue?.location ?? {}
  expect(promise.slice(start ?? 0, end ?? 0)).toBe(issue?.text)
  expect(quads).toHaveLength(1)
})

test('one bad file does not stop the others; it is partial, and 1 with --strict', async () => {
  await using temp = await tempFolder({ 'good.txt': promise, 'bad.pdf': 'no pdf' })
  const argv = [...phrases, '--json', 'bad.pdf', 'good.txt']
  const { exitCode, stdout, stderr } = await runInProcess(argv, temp.folder)
  expect(exitCode).toBe(0)
  expect(stderr).toContain('Error: bad.pdf: ')
  const [bad, good]: { error?: { code: string }; issues: unknown[] }[] = JSON.parse(stdout)
  expect(bad?.error?.code).toBe('document-not-supported')
  expect(good?.issues).toHaveLength(1)
  expect((await runInProcess([...argv, '--strict'], temp.folder)).exitCode).toBe(1)
})

test('folders and globs stand for their documents, each once', async () => {
  await using temp = await tempFolder({ 'a.txt': promise, 'b.txt': promise, 'c.json': promise })
  await mkdir(temp.path('deep'))
  await writeFile(temp.path('deep/d.TXT'), promise)
  for (const skipped of ['node_modules', '.cache']) {
    await mkdir(temp.path(skipped))
    await writeFile(temp.path(`${skipped}/e.txt`), promise)
  }
  const folder = await runInProcess([...phrases, '--json', '.', 'a.*'], temp.folder)
  const files = (JSON.parse(folder.stdout) as Review[]).map(({ document }) => document.file)
  expect(files).toEqual(['a.txt', 'b.txt', path.join('deep', 'd.TXT')])
})

test.each([
  ['a missing file', ['missing.pdf'], 'document-not-found'],
  ['a pattern that matches nothing', ['*.pdf'], 'no-files'],
  ['an unknown agent', ['a.txt', '--agents', 'nobody'], 'unknown-agent'],
  ['a flow without agents', ['a.txt', '--flow', '.'], 'flow-without-agents'],
])('%s is told in a sentence, with exit code 2', async (_, argv, code) => {
  await using temp = await tempFolder({ 'a.txt': promise })
  const { exitCode, stderr } = await runInProcess(['review', ...argv], temp.folder)
  expect(exitCode).toBe(2)
  expect(stderr).toContain(`[${code}]`)
})

test('an unknown option or command is a failure with a hint', async () => {
  const { exitCode, stderr } = await runInProcess(['review', 'a.txt', '--colour'], '.')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('--help')
})

test('when interrupted, what is not done says so and the exit code is 130', async () => {
  await using temp = await tempFolder({ 'a.txt': promise })
  const argv = [...phrases, '--json', 'a.txt']
  const { exitCode, stdout } = await runInProcess(argv, temp.folder, {
    signal: AbortSignal.abort(),
  })
  expect(exitCode).toBe(130)
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'interrupted' } })
})

test('terminal control characters of a document do not reach the terminal', async () => {
  const text = `The plan \u001b[31m guarantees that your \u202e claim is paid.`
  await using temp = await tempFolder({ 'a.txt': text })
  const { stdout } = await runInProcess([...phrases, 'a.txt'], temp.folder)
  expect(stdout).toContain('guarantees')
  expect(stdout).not.toContain('\u001b')
  expect(stdout).not.toContain('\u202e')
})
