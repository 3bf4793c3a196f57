import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Example } from '../schema/example.ts'
import { type Dataset, readDataset, readExamples } from './read-dataset.ts'

/** `name` is for people and addresses; only this list leads from it to a file. */
export type FoundDataset = { name: string; location: string }

/**
 * What lies in folders of datasets: `letters.jsonl` and `letters.csv`, a folder `letters/` with
 * `documents.jsonl` and `gold.jsonl`, or one with such files (`letters`, or `letters/spring` when there
 * are several). Of two with one name the first folder's counts. Folders need not exist.
 */
export async function findDatasets(folders: readonly string[]): Promise<FoundDataset[]> {
  const all: FoundDataset[] = []
  for (const folder of folders) {
    for (const entry of await entriesOf(folder)) all.push(...(await datasetsAt(folder, entry)))
  }
  const byName = Map.groupBy(all, ({ name }) => name)
  const firsts = [...byName.values()].flatMap(([first]) => first ?? [])
  return firsts.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** What a dataset is called that lies anywhere: as in the list, else as its file or folder. */
export async function nameOfDataset(folders: readonly string[], location: string): Promise<string> {
  const listed = (await findDatasets(folders)).find((dataset) => dataset.location === location)
  return listed?.name ?? path.parse(location).name
}

type Location = Pick<FoundDataset, 'location'>

/** @throws UserFacingError as `readDataset` */
export async function openDataset({ location }: Location): Promise<Dataset> {
  const { dir, base } = path.parse(location)
  return readDataset(base, dir)
}

/** What is labelled in it, without the hash, which takes all of its documents. @throws as `openDataset` */
export async function examplesIn({ location }: Location): Promise<Example[]> {
  const { dir, base } = path.parse(location)
  return readExamples(base, dir)
}

async function datasetsAt(folder: string, entry: Dirent): Promise<FoundDataset[]> {
  const location = path.join(folder, entry.name)
  if (entry.isFile()) return isTable(entry) ? [{ name: stem(entry), location }] : []
  if (!entry.isDirectory()) return []
  const files = (await entriesOf(location)).filter((inner) => inner.isFile())
  const names = files.map(({ name }) => name)
  if (['documents.jsonl', 'gold.jsonl'].every((name) => names.includes(name))) {
    return [{ name: entry.name, location }]
  }
  const tables = files.filter(isTable)
  return tables.map((table) => ({
    name: tables.length === 1 ? entry.name : `${entry.name}/${stem(table)}`,
    location: path.join(location, table.name),
  }))
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  const visible = entries.filter(({ name }) => !name.startsWith('.'))
  return visible.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function isTable({ name }: Dirent): boolean {
  return ['.jsonl', '.csv'].includes(path.extname(name).toLowerCase())
}

function stem({ name }: Dirent): string {
  return path.parse(name).name
}
