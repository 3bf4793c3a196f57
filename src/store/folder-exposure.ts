import { stat } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../lib/errors.ts'
import { codeOf } from '../lib/write-whole-file.ts'

type FolderExposure = {
  isClosed: boolean
  /** What in it others can read, by its name. */
  exposed: string[]
}

/** Texts of documents are in these, hidden ones among them. The last one is of earlier versions. */
const parts = ['blobs', 'proofloop.db', 'proofloop.db-wal', 'proofloop.db-shm', 'answers.jsonl']

/**
 * What of a data folder other users of the machine can read, all or those of a group. `unknown`: the system's modes do
 * not tell.
 * @throws UserFacingError store-unavailable
 */
export async function folderExposure(dataFolder: string): Promise<FolderExposure | 'unknown'> {
  if (process.platform === 'win32') return 'unknown'
  if (!(await isOpen(dataFolder))) return { isClosed: true, exposed: [] }
  const open = await Promise.all(parts.map((part) => isOpen(path.join(dataFolder, part))))
  return { isClosed: false, exposed: parts.filter((_, i) => open[i]) }
}

/** Groups, too: who is in one changes. */
const others = 0o077

/** What is not there is not open. */
async function isOpen(file: string): Promise<boolean> {
  try {
    return ((await stat(file)).mode & others) !== 0
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return false
    throw new UserFacingError(
      'store-unavailable',
      'The folder of the files cannot be looked at. Check --data and its rights.',
      { cause },
    )
  }
}
