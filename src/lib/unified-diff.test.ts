import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { unifiedDiff } from './unified-diff.ts'

/** What git makes of the patch; null when the file is deleted. */
async function applied(file: string, before: string | null, after: string | null) {
  await using folder = await tempFolder({ 'the.patch': unifiedDiff(file, before, after) })
  await mkdir(path.dirname(folder.path(file)), { recursive: true })
  if (before !== null) await writeFile(folder.path(file), before)
  execFileSync('git', ['apply', '--whitespace=nowarn', 'the.patch'], { cwd: folder.folder })
  return await readFile(folder.path(file), 'utf8').catch(() => null)
}

test('git applies what differs, whatever the last line ends with', async () => {
  const texts = ['', 'a', 'a\n', 'a\nb', 'a\nb\n', 'b\na\n', '\n', 'a\r\nb\r\n', 'a\r\n']
  const pairs = texts.flatMap((before) => texts.map((after) => ({ before, after })))
  for (const { before, after } of pairs.filter((pair) => pair.before !== pair.after)) {
    expect(await applied('x.md', before, after)).toBe(after)
  }
})

test('files are made and deleted', async () => {
  expect(await applied('agents/new/x.md', null, 'a\nb')).toBe('a\nb')
  expect(await applied('agents/new/x.md', null, '')).toBe('')
  expect(await applied('x.md', 'a\nb\n', null)).toBeNull()
})

test('names of folders may have spaces, quotes and other letters', async () => {
  for (const file of ['two words/x.md', 'größe/x.md', 'a"b/x.md', 'a\\b/x.md', 'a b"c/x.md']) {
    expect(await applied(file, 'a\n', 'b\n')).toBe('b\n')
  }
})

test('distant changes are hunks of their own and close ones share one', async () => {
  const before = Array.from({ length: 40 }, (_, n) => `${n}\n`)
  const after = before.map((line, n) => ([3, 9, 30].includes(n) ? `new ${line}` : line))
  const patch = unifiedDiff('x.md', before.join(''), after.join(''))
  expect(patch.match(/^@@.*@@$/gm)).toEqual(['@@ -1,13 +1,13 @@', '@@ -28,7 +28,7 @@'])
  expect(patch.match(/^[-+]\w.*$/gm)).toHaveLength(6)
})

test('any two texts of many lines', async () => {
  const text = fc.array(fc.constantFrom('a\n', 'b\n', '\n', 'c'), { maxLength: 30 })
  const joined = text.map((lines) => lines.join(''))
  const pairs = fc.sample(fc.tuple(joined, joined), { seed: 7, numRuns: 60 })
  for (const [before, after] of pairs.filter((pair) => pair[0] !== pair[1])) {
    expect(await applied('x.md', before, after)).toBe(after)
  }
})
