import { readFile, writeFile } from 'node:fs/promises'
import { once } from '../../src/lib/once.ts'
import { openStore } from '../../src/store/open-store.ts'
import { makeDataFolder } from '../../src/store/sqlite/data-folder.ts'
import { databaseFile } from '../../src/store/sqlite/database-file.ts'
import { tempFolder } from './temp-folder.ts'

/** A store as its first start leaves it; to make the tables for each test takes a third of a server's start. */
const newStore = once(async () => {
  await using folder = await tempFolder()
  await (await openStore({ dataFolder: folder.folder }))[Symbol.asyncDispose]()
  return await readFile(databaseFile(folder.folder))
})

/** Lays out a data folder with the tables and nothing in them. */
export async function makeMigratedFolder(folder: string): Promise<void> {
  await makeDataFolder(folder)
  await writeFile(databaseFile(folder), await newStore())
}
