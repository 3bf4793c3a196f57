import { open } from 'node:fs/promises'

/** Makes the names in a folder durable; a file's own sync does not. */
export async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder)
  await handle.sync()
}
