import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const code = /'([a-z][a-z0-9]*(?:-[a-z0-9]+)+)'/g

/** What errors have in the sources: also where one of two is taken. */
function codesIn(source: string): string[] {
  const made = source.matchAll(/UserFacingError\(\s*([^,]+),|\bcode: ([^,}\n]+)[,}\n]/g)
  return Array.from(made, ([, thrown, answered]) => thrown ?? answered ?? '').flatMap((text) =>
    Array.from(text.matchAll(code), ([, found = '']) => found),
  )
}

/** The first cell of rows of tables, in which codes stand. */
function codesExplainedIn(page: string): string[] {
  const cells = Array.from(page.matchAll(/^\| *(`[^|]+)\|/gm), ([, cell = '']) => cell)
  return cells.flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, found = '']) => found))
}

test('each code of an error has a row in a table of the guides', () => {
  const isProduct = (file: string): boolean => !/(?:\.test|-contract|-samples?)\.ts$/.test(file)
  const sources = globSync('src/**/*.ts').filter(isProduct)
  const codes = new Set(sources.flatMap((file) => codesIn(readFileSync(file, 'utf8'))))
  expect(codes.size).toBeGreaterThan(300)
  const pages = globSync('docs/*.md').map((file) => readFileSync(file, 'utf8'))
  const explained = new Set(pages.flatMap(codesExplainedIn))
  expect([...codes].filter((one) => !explained.has(one)).toSorted()).toEqual([])
})

test('a code is found however it is chosen', () => {
  expect(codesIn("throw new UserFacingError(\n  isOld ? 'too-old' : 'too-new',\n  '')")).toEqual([
    'too-old',
    'too-new',
  ])
  expect(codesIn("return { code: 'not-here', status: 404 }")).toEqual(['not-here'])
  expect(codesExplainedIn('| `a-b`, `c-d` | what `e-f` is |')).toEqual(['a-b', 'c-d'])
})
