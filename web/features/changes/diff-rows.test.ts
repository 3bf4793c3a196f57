import { expect, test } from 'vitest'
import {
  changedLines,
  type DiffLine,
  type DiffRow,
  diffParts,
  diffRows,
  unified,
} from './diff-rows.ts'

/** What differs stands in brackets. */
function written(line: DiffLine | null): string {
  if (line === null) return '–'
  const pieces = line.pieces.map(({ text, differs }) => (differs ? `[${text}]` : text))
  return `${line.number} ${pieces.join('')}`
}

const pairs = (rows: DiffRow[]): string[][] =>
  rows.map(({ before, after }) => [written(before), written(after)])

test('a line that changed stands beside what became of it, with the words that differ', () => {
  const rows = diffRows('Find promises.\nBe brief.\n', 'Find all promises.\nBe brief.\n')
  expect(pairs(rows)).toEqual([
    ['1 Find promises.', '1 Find [all ]promises.'],
    ['2 Be brief.', '2 Be brief.'],
  ])
})

test('lines with little in common have no words marked', () => {
  const [row] = diffRows('Dear reader', 'x = 12')
  expect([written(row?.before ?? null), written(row?.after ?? null)]).toEqual([
    '1 Dear reader',
    '1 x = 12',
  ])
})

test('a file that is new or gone has one side', () => {
  expect(pairs(diffRows(null, 'a\nb\n'))).toEqual([
    ['–', '1 a'],
    ['–', '2 b'],
  ])
  expect(changedLines(diffRows('a\r\nb', null))).toEqual({ removed: 2, added: 0 })
})

test('an end of line that is missing or written otherwise is no other line', () => {
  expect(changedLines(diffRows('a\r\nb\r\n', 'a\nb'))).toEqual({ removed: 0, added: 0 })
})

test('lines far from what differs are left out', () => {
  const lines = Array.from({ length: 40 }, (_, at) => `line ${at}`)
  const rows = diffRows(lines.join('\n'), lines.with(20, 'another').join('\n'))
  expect(diffParts(rows).map(({ kind, rows: some }) => [kind, some.length])).toEqual([
    ['left-out', 17],
    ['rows', 7],
    ['left-out', 16],
  ])
})

test('one below the other, what was removed comes before what was added', () => {
  const rows = unified(diffRows('a\nold one\nold two\nz', 'a\nnew one\nnew two\nz'))
  expect(pairs(rows)).toEqual([
    ['1 a', '1 a'],
    ['2 [old] one', '–'],
    ['3 [old] two', '–'],
    ['–', '2 [new] one'],
    ['–', '3 [new] two'],
    ['4 z', '4 z'],
  ])
})
