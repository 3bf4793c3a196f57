import { expect, test } from 'vitest'
import { csvRow } from './csv-row.ts'

test('quotes what would end a cell, and leaves numbers as they are', () => {
  expect(csvRow(['a', 'b,c', 'say "x"', 'two\nlines', -1.5, null, ''])).toBe(
    'a,"b,c","say ""x""","two\nlines",-1.5,,\r\n',
  )
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1'])(
  'a text %j is no formula',
  (text) => {
    expect(csvRow([text]).replace(/^"/, '')).toMatch(/^'/)
  },
)
