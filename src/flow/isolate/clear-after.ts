import { lstat, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Where every user of a machine may make files. */
const openToAll = ['/tmp', '/var/tmp', '/dev/shm', '/run/lock']

/**
 * Deletes what a process of a user that is gone has left for later ones: Node's permissions do not keep it from making
 * sockets, and the name of one can say anything.
 */
export async function clearAfter(user: number): Promise<void> {
  for (const folder of new Set([tmpdir(), ...openToAll])) {
    const names = await readdir(folder).catch(() => [])
    for (const file of names.map((name) => path.join(folder, name))) {
      const found = await lstat(file).catch(() => null)
      if (found?.uid === user) await rm(file, { recursive: true, force: true })
    }
  }
}
