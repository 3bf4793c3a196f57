import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldCompatibility } from './fold-compatibility.ts'

const repository = path.join(import.meta.dirname, '../..')

function takes(text: string): number {
  const begun = performance.now()
  foldCompatibility(text)
  return performance.now() - begun
}

const codePoints = Array.from({ length: 0x110000 }, (_, code) => code).filter(
  (code) => code < 0xd800 || code > 0xdfff,
)

/** Sorted by class when it is normalised: before the mark of the highest class there is. */
function isMoved(mark: string): boolean {
  return `a\u0345${mark}`.normalize('NFD') !== `a\u0345${mark}`
}

test.each([
  ['marks above and below by turns', '\u0301\u0316'],
  ['marks that are two marks each', '\u0F73'],
  ['marks of pairs of code units', '\u{1D165}\u{1D16D}\u0316'],
  ['marks that count as letters', '\uFF9E\u0301'],
])('a long run of %s is folded in a time that grows with its length', (_, some) => {
  expect(takes(`a${some.repeat(200_000)}`)).toBeLessThan(2000)
})

test('whatever is moved when it is normalised counts as a mark', () => {
  const moved = codePoints
    .map((code) => String.fromCodePoint(code))
    .filter((letter) => Array.from(letter.normalize('NFKD')).every(isMoved))
    .concat('\u0345')
  expect(moved.length).toBeGreaterThan(900)
  // A run that is cut stays as it is where its pieces meet: it is no longer sorted as one.
  for (const letter of moved) {
    const run = `a${`${letter}\u0334\u0345`.repeat(100)}`
    expect.soft(foldCompatibility(run), letter).not.toBe(run.normalize('NFKC'))
  }
})

test('a text whose runs are no longer than 128 marks is folded as ever', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        'a',
        'ﬁ',
        '\u0301',
        '\u0316',
        '\u0345',
        '\u0F73',
        '\uFF9E',
        '가',
        '\u1100',
        '\u1161',
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 128,
  })
  fc.assert(
    fc.property(text, (one) => {
      const long = `${one}${'-'.repeat(128)}${one}`
      return foldCompatibility(long) === long.normalize('NFKC')
    }),
    { numRuns: 300 },
  )
  const most = `e${'\u0301\u0316'.repeat(64)}e`.repeat(3)
  expect(foldCompatibility(most)).toBe(most.normalize('NFKC'))
})

test('a long run of one mark, as lines are drawn with, is folded as ever', () => {
  for (const mark of ['\u0332', '\u0301', '\u20DD', '\u{1D165}']) {
    const drawn = `a${mark.repeat(1000)} b`
    expect(foldCompatibility(drawn)).toBe(drawn.normalize('NFKC'))
  }
})

test('a longer run is folded without losing any of it', () => {
  const folded = foldCompatibility(`\u00E4${'\u0301\u0316'.repeat(500)}z`)
  expect(folded.normalize('NFD').length).toBe(1003)
  expect(foldCompatibility(folded).normalize('NFKC')).toBe(folded.normalize('NFKC'))
})

test('the texts of this repository are folded as ever', () => {
  const files = ['test/fixtures', 'docs'].flatMap((folder) =>
    readdirSync(path.join(repository, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:md|txt|json|jsonl|html|csv)$/.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name)),
  )
  expect(files.length).toBeGreaterThan(100)
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    expect({ file, same: foldCompatibility(text) === text.normalize('NFKC') }).toEqual({
      file,
      same: true,
    })
  }
})
