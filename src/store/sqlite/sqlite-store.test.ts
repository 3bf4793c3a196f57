import { mkdir, stat } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { makeMigratedFolder } from '../../../test/helpers/migrated-store.ts'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { openStore } from '../open-store.ts'
import { describeStoreContract } from '../store-contract.ts'

describeStoreContract('SQLite', async (tables) => {
  const place = await tempFolder()
  const dataFolder = place.path('.proofloop')
  if (tables !== 'no-tables') await makeMigratedFolder(dataFolder)
  return {
    open: (now, env) => openStore({ dataFolder, exclusive: false, now, env }),
    [Symbol.asyncDispose]: place[Symbol.asyncDispose],
  }
})

test('is for its owner only in a folder that everybody can read', async () => {
  await using place = await tempFolder()
  const dataFolder = place.path('data')
  await mkdir(dataFolder, { mode: 0o755 })
  await using store = await openStore({ dataFolder })
  await store.settings.put('any', 1)
  for (const file of ['proofloop.db', 'proofloop.db-wal', 'proofloop.db-shm']) {
    expect((await stat(`${dataFolder}/${file}`)).mode & 0o777).toBe(0o600)
  }
})
