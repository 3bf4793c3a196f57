import { readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { writeZip } from '../../test/helpers/write-zip.ts'
import { readUpload } from './read-upload.ts'

const megabyte = 2 ** 20
const line = `${JSON.stringify({ id: 'a', paragraphs: ['We always pay.'], issues: [] })}\n`

async function uploadOf(files: Record<string, string | Buffer>) {
  const folder = await tempFolder()
  const content = Readable.from([writeZip(files)])
  return { folder, reading: readUpload({ name: 'letters.zip', content }, folder.folder) }
}

test('a small archive with a file of more than 256 MB is refused before any of it is a file', async () => {
  const bomb = Buffer.alloc(256 * megabyte + 1)
  const { folder, reading } = await uploadOf({ 'large.txt': bomb, 'letters.jsonl': line })
  await using _ = folder
  await expect(reading).rejects.toMatchObject({
    code: 'archive-unreadable',
    message: expect.stringContaining('"large.txt"'),
  })
  expect(await readdir(folder.folder)).toEqual(['archive.zip'])
})

test('what is within the limits is read', async () => {
  const { folder, reading } = await uploadOf({ 'letters.jsonl': line, 'notes.txt': 'x' })
  await using _ = folder
  expect(await reading).toMatchObject([{ id: 'a' }])
})
