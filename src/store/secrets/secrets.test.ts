import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { KyselyPlugin } from 'kysely'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { openDatabase, openStore } from '../open-store.ts'
import { masterKeysOf } from './master-keys.ts'
import { createSecrets } from './secrets.ts'

/** Does `work` once, right after the first row of the next query was read. */
function interruption() {
  const waiting: (() => Promise<unknown>)[] = []
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      await waiting.pop()?.()
      return result
    },
  }
  return { plugin, next: (work: () => Promise<unknown>) => void waiting.push(work) }
}

async function createPlace() {
  const folder = await tempFolder()
  const dataFolder = folder.path('.proofloop')
  const store = await openStore({ dataFolder, exclusive: false })
  const database = await openDatabase({ dataFolder, exclusive: false })
  const { plugin, next } = interruption()
  const masterKeys = masterKeysOf({ dataFolder })
  const kysely = database.kysely.withPlugin(plugin)
  const context = { database: { ...database, kysely }, masterKeys, now: Date.now }
  return {
    file: `${dataFolder}/proofloop.db`,
    store,
    interrupt: next,
    open: () => createSecrets(context),
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

test('a secret is read while its key is rotated away, whether or not that was known', async () => {
  await using place = await createPlace()
  const { store } = place
  await store.secrets.put('webhook', 'mine')
  const knowsNone = place.open()
  place.interrupt(() => store.secrets.rotate())
  expect(await knowsNone.get('webhook')).toBe('mine')
  place.interrupt(() => store.secrets.rotate())
  expect(await knowsNone.get('webhook')).toBe('mine')
  expect(await knowsNone.get('webhook')).toBe('mine')
})

test('a secret whose key is gone and that no rotation sealed anew is damaged', async () => {
  await using place = await createPlace()
  const { store } = place
  await store.secrets.put('webhook', 'mine')
  using file = new DatabaseSync(place.file)
  file.exec('pragma foreign_keys = 0; update secrets set key_number = 9')
  await expect(place.open().get('webhook')).rejects.toMatchObject({ code: 'secret-damaged' })
})

test('a rotation where the master key is gone makes no other one', async () => {
  await using place = await createPlace()
  const { store, file } = place
  await store.secrets.put('webhook', 'mine')
  const key = path.join(path.dirname(file), 'master.key')
  await rm(key)
  await expect(store.secrets.rotate()).rejects.toMatchObject({ code: 'master-key-missing' })
  expect(await readdir(path.dirname(key))).not.toContain('master.key')
  const other = await masterKeysOf({ dataFolder: path.dirname(file) }).ensure()
  await expect(store.secrets.rotate()).rejects.toMatchObject({ code: 'master-key-wrong' })
  expect(await masterKeysOf({ dataFolder: path.dirname(file) }).read()).toEqual([other])
})
