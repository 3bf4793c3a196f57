import { expect, inject, it } from 'vitest'
import { createDatabase, dropDatabase } from '../../test/helpers/postgres-server.ts'
import { findPlace, hasStore, openStoreToRead } from './find-store.ts'
import { openStore } from './open-store.ts'

it('uses PostgreSQL once a server has made its tables there, and makes none', async () => {
  const databaseUrl = await createDatabase(inject('databaseUrl'))
  const place = { dataFolder: 'unused', databaseUrl }
  try {
    expect(await findPlace(place)).toEqual({ dataFolder: 'unused' })
    expect(await openStoreToRead(place)).toBeNull()
    {
      await using server = await openStore(place)
      await server.settings.put('key', 'value')
    }
    expect(await findPlace(place)).toEqual(place)
    expect(hasStore(place)).toBe(true)
    await using store = await openStoreToRead(place)
    expect(await store?.settings.get('key')).toBe('value')
  } finally {
    await dropDatabase(databaseUrl)
  }
})
