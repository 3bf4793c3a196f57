import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { findPlace, hasStore, openStoreToRead } from './find-store.ts'
import { openStore } from './open-store.ts'

it('makes nothing where there is no store', async () => {
  await using place = await tempFolder()
  const dataFolder = place.path('.proofloop')
  expect(hasStore({ dataFolder })).toBe(false)
  expect(await openStoreToRead({ dataFolder })).toBeNull()
  expect(existsSync(dataFolder)).toBe(false)
})

it('reads beside a server', async () => {
  await using place = await tempFolder()
  await using server = await openStore({ dataFolder: place.folder })
  await server.settings.put('key', 'value')
  await using store = await openStoreToRead({ dataFolder: place.folder })
  expect(await store?.settings.get('key')).toBe('value')
})

it('takes the database of another program for none', async () => {
  const dataFolder = 'unused'
  for (const databaseUrl of [undefined, '', 'mysql://localhost/shop']) {
    expect(await findPlace({ dataFolder, databaseUrl })).toEqual({ dataFolder })
  }
})
