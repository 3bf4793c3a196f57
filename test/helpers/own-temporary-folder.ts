import { chmod } from 'node:fs/promises'
import { tempFolder } from './temp-folder.ts'

/** Where this process makes temporary files until it is disposed of, and no other test does. */
export async function ownTemporaryFolder() {
  const temporary = await tempFolder()
  // Other users pass it, as they pass the machine's.
  await chmod(temporary.folder, 0o755)
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = temporary.folder
  return {
    folder: temporary.folder,
    async [Symbol.asyncDispose]() {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
      await temporary[Symbol.asyncDispose]()
    },
  }
}
