import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { openStore } from '../open-store.ts'
import { describeStoreContract } from '../store-contract.ts'

describeStoreContract('SQLite', async () => {
  const place = await tempFolder()
  return {
    open: (now, env) =>
      openStore({ dataFolder: place.path('.proofloop'), exclusive: false, now, env }),
    [Symbol.asyncDispose]: place[Symbol.asyncDispose],
  }
})
