import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { DatasetVersionEntry } from '../src/schema/api/dataset-version.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const data = new URL('../../shared/data/', import.meta.url)
const present = existsSync(data)
const skipped = present ? '' : ' (skipped: the data folder ../shared/data is not there)'

type Expected = { name: string; examples: number; issues: number; types: number }

const sets: Expected[] = [
  { name: 'issue-spans', examples: 84, issues: 238, types: 6 },
  { name: 'contracts', examples: 61, issues: 1228, types: 17 },
]

describe(`real datasets${skipped}`, () => {
  test.skipIf(!present).each(sets)('$name is in the store with all that it has', async (set) => {
    await using folder = await tempFolder()
    const run = async (...args: string[]) => {
      const { stdout, stderr, exitCode } = await runInProcess(['dataset', ...args], folder.folder)
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      return stdout
    }
    const source = fileURLToPath(new URL(set.name, data))
    await run('import', set.name, source)
    const version = JSON.parse(await run('show', set.name, '--json')) as DatasetVersionEntry
    const sum = (of: 'examples' | 'issues') =>
      version.splits.reduce((total, split) => total + split[of], 0)
    const types = new Set(version.splits.flatMap((split) => split.types.map(({ type }) => type)))
    expect({
      name: set.name,
      examples: sum('examples'),
      issues: sum('issues'),
      types: types.size,
    }).toEqual(set)
    await run('export', set.name, '--to', 'out.jsonl')
    await run('import', 'again', 'out.jsonl', '--splits', 'given')
    const again = JSON.parse(await run('show', 'again', '--json')) as DatasetVersionEntry
    expect(again.hash).toBe(version.hash)
  })
})
