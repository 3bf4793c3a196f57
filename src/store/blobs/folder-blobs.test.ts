import { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { bytesOf, chunks, describeBlobContract } from './blob-contract.ts'
import { createFolderBlobs } from './folder-blobs.ts'
import { openBlobs } from './open-blobs.ts'

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

describeBlobContract('a folder', async () => {
  const place = await tempFolder()
  const folder = place.path('blobs')
  return {
    blobs: await createFolderBlobs(folder),
    async damage(sha256, change) {
      const file = path.join(folder, sha256.slice(0, 2), sha256)
      await writeFile(file, change(await readFile(file)))
    },
    countFiles: async () => (await filesIn(folder)).length,
    [Symbol.asyncDispose]: place[Symbol.asyncDispose],
  }
})

it('keeps files in the data folder when no bucket is named', async () => {
  await using place = await tempFolder()
  const blobs = await openBlobs({ dataFolder: place.folder, env: {} })
  const { sha256 } = await blobs.put(chunks(Buffer.from('a booklet')))
  expect(await readdir(place.path(`blobs/${sha256.slice(0, 2)}`))).toEqual([sha256])
})

it('removes what killed processes left, but no upload that may still run', async () => {
  await using place = await tempFolder()
  const before = await createFolderBlobs(place.folder)
  await before.put(chunks(Buffer.from('kept')))
  await writeFile(place.path('incoming/old.tmp'), 'half')
  const yesterday = Date.now() / 1000 - 25 * 3600
  await utimes(place.path('incoming/old.tmp'), yesterday, yesterday)
  await writeFile(place.path('incoming/new.tmp'), 'half')
  const blobs = await createFolderBlobs(place.folder)
  expect(await readdir(place.path('incoming'))).toEqual(['new.tmp'])
  const [kept = ''] = await Array.fromAsync(blobs.list())
  expect((await bytesOf(await blobs.get(kept))).toString()).toBe('kept')
})

it('says what to do when the folder cannot be used', async () => {
  await using place = await tempFolder({ blobs: 'not a folder' })
  const blobs = await createFolderBlobs(place.path('blobs'))
  await expect(blobs.put(chunks(Buffer.from('a')))).rejects.toMatchObject({
    code: 'store-unavailable',
  })
})
