import { expect, test } from 'vitest'
import type { DatasetCheck } from '../../schema/api/datasets.ts'
import { checkInWords, isClean } from './in-words.ts'

const check: DatasetCheck = {
  dataset: 'letters',
  hash: 'ab'.repeat(32),
  intact: true,
  forgotten: 0,
  short: 0,
  counts: { straddling: 0, repeated: 0, leaks: 0, elsewhere: 0 },
  searched: 2,
  flow: '/flow',
  left: 0,
  straddling: [],
  repeated: [],
  leaks: [],
  elsewhere: [],
}

test('who sees hidden examples is told that there are no copies of them elsewhere', () => {
  const said = checkInWords(check)
  expect(said).toContain('0 sets of copies, or of parts of one document, in more than one split\n')
  expect(said).toContain('0 hidden examples that engineers can read elsewhere\n')
  expect(said).not.toContain('not looked for')
})

test('who sees one split is told what was looked at, and nothing of what was not', () => {
  const counts = { straddling: null, repeated: 1, leaks: 0, elsewhere: null }
  const said = checkInWords({ ...check, counts })
  expect(said).not.toMatch(/more than one split|hidden example/)
  expect(said).toContain('1 set of copies within the evaluation split\n')
  expect(said).toContain(
    'Copies in other splits, and what of them engineers can read elsewhere, were not looked for',
  )
  expect(isClean({ intact: true, counts })).toBe(true)
  expect(isClean({ intact: true, counts: { ...counts, leaks: 1 } })).toBe(false)
})
