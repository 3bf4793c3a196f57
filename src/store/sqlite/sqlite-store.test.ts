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
