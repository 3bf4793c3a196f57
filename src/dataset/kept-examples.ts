import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Example } from '../schema/example.ts'
import type { FoundDataset } from './find-datasets.ts'

type Location = Pick<FoundDataset, 'location'>
type ReadExamples = (dataset: Location) => Promise<Example[]>

/**
 * Reads a dataset anew only when its files have changed. What was read may be given up when memory is
 * short, and is then read again.
 */
export function createKeptExamples(read: ReadExamples): ReadExamples {
  const kept = new Map<string, { stamp: string; examples: WeakRef<Example[]> }>()
  return async ({ location }) => {
    const stamp = await stampOf(location)
    const before = kept.get(location)
    const known = before?.stamp === stamp ? before.examples.deref() : undefined
    if (known !== undefined) return known
    const examples = await read({ location })
    kept.set(location, { stamp, examples: new WeakRef(examples) })
    return examples
  }
}

/** Differs when a file of the dataset does. */
async function stampOf(location: string): Promise<string> {
  const found = await stat(location)
  const names = found.isDirectory() ? await readdir(location) : ['']
  const files = names.toSorted().map(async (name) => {
    const { size, mtimeMs, ctimeMs } = await stat(path.join(location, name))
    return [name, size, mtimeMs, ctimeMs]
  })
  return JSON.stringify(await Promise.all(files))
}
