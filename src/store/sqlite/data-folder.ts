import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { UserFacingError } from '../../lib/errors.ts'
import { codeOf } from '../../lib/write-whole-file.ts'

/** Makes the folder for its owner only, and keeps it out of the repository that it stands in. */
export async function makeDataFolder(folder: string): Promise<void> {
  await making(folder, async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(path.join(folder, '.gitignore'), '*\n')
  })
}

/** For its owner only, also in a folder that others made for everybody. SQLite gives what it writes beside it the same mode. */
export async function makeDatabaseFile(file: string): Promise<void> {
  const folder = path.dirname(file)
  await makeDataFolder(folder)
  await making(folder, async () => (await open(file, 'a', 0o600)).close())
}

async function making(folder: string, make: () => Promise<void>): Promise<void> {
  try {
    await make()
  } catch (cause) {
    throw new UserFacingError(
      'store-unavailable',
      `The data folder ${folder} cannot be made (${codeOf(cause)}). Check the path and its rights, and that the disk has space.`,
      { cause },
    )
  }
}

/**
 * Holds the folder for one server process. The lock is one of the system on an open file, so it ends
 * with the process however that ends, and it holds between containers that share a folder.
 * @throws UserFacingError store-locked
 */
export async function lockDataFolder(folder: string): Promise<Disposable> {
  const lock = lockOf(folder)
  const owner = path.join(folder, 'server.pid')
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if (!isBusy(cause)) throw cause
    const pid = await readFile(owner, 'utf8').catch(() => 'unknown')
    throw new UserFacingError(
      'store-locked',
      `Another Proofloop server (process ${pid.trim()}) uses the data folder ${folder}. Stop it, or choose another folder.`,
      { cause },
    )
  }
  await writeFile(owner, `${process.pid}\n`)
  return { [Symbol.dispose]: () => lock.close() }
}

/** Whether a server runs on the folder. */
export function isServed(folder: string): boolean {
  const lock = lockOf(folder)
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return false
  } catch (error) {
    if (isBusy(error)) return true
    throw error
  } finally {
    lock.close()
  }
}

function lockOf(folder: string): DatabaseSync {
  return new DatabaseSync(path.join(folder, 'server.lock'), { timeout: 0 })
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5
}
