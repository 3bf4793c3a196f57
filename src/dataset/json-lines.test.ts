import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readJsonLines } from './json-lines.ts'
import { toUtf16Offset } from './text-offsets.ts'

async function read(content: string | Buffer) {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'proofloop-')), 'a.jsonl')
  await writeFile(file, content)
  return readJsonLines(file, 'a.jsonl')
}

test('a byte-order mark, CRLF, blank lines and a missing last newline change nothing', async () => {
  const lines = await read('\uFEFF{"a":1}\r\n\r\n{"b":"\u2028"}')
  expect(lines.map(({ line, value }) => [line, value])).toEqual([
    [1, { a: 1 }],
    [3, { b: '\u2028' }],
  ])
})

test.each([
  ['{"a":1}\n{"a":}\n', 'a.jsonl:2:6: is not JSON'],
  ['{"a":1}\n{"a":', 'a.jsonl:2:6: ends before'],
  ['[{"a":1}]', 'is a JSON array'],
  ['{"a":{"__proto__":1}}', 'a.jsonl:1:6: has a field "__proto__"'],
  [`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'nests deeper'],
  ['', 'is empty'],
  ['\n \n', 'only blank lines'],
  [Buffer.from([0x7b, 0, 1, 2]), 'is a binary file'],
  [Buffer.from([0x0a, 0x7b, 0x80, 0x7d]), 'a.jsonl:2: is not valid UTF-8'],
])('what is no JSON Lines file is refused by place and reason (%#)', async (content, message) => {
  await expect(read(content)).rejects.toThrow(message)
})

test('offsets in code points become UTF-16, also behind the end', () => {
  expect([0, 1, 2, 3, 5].map((offset) => toUtf16Offset('a😀b', offset))).toEqual([0, 1, 3, 4, 6])
})
