import { open } from 'node:fs/promises'

/** Makes the names in a folder durable; a file's own sync does not. Windows cannot, and need not. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  await using handle = await open(folder)
  await handle.sync()
}
