import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'
import { bucket, startS3Server } from '../../../test/helpers/s3-server.ts'
import { chunks, describeBlobContract } from './blob-contract.ts'
import { openBlobs } from './open-blobs.ts'
import { createS3Blobs } from './s3-blobs.ts'
import { s3Settings } from './s3-settings.ts'

async function startPlace(env: Record<string, string> = {}) {
  const server = await startS3Server()
  const settings = s3Settings({ ...server.env, ...env })
  if (settings === undefined) throw new Error('No bucket is named.')
  const blobs = await createS3Blobs(settings)
  const objects = async () => {
    const entries = await readdir(path.join(server.folder, bucket), {
      recursive: true,
      withFileTypes: true,
    }).catch(() => [])
    return entries.filter(({ name }) => name.endsWith('_object'))
  }
  return {
    server,
    blobs,
    objects,
    async [Symbol.asyncDispose]() {
      await blobs[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

describeBlobContract('S3', async () => {
  const place = await startPlace()
  return {
    blobs: place.blobs,
    async damage(sha256, change) {
      const file = path.join(place.server.folder, bucket, `${sha256}._S3rver_object`)
      await writeFile(file, change(await readFile(file)))
    },
    countFiles: async () => (await place.objects()).length,
    [Symbol.asyncDispose]: place[Symbol.asyncDispose],
  }
})

it('keeps its objects below a prefix and sees no others', async () => {
  await using place = await startPlace({ S3_PREFIX: '/team/proofloop/' })
  const { sha256 } = await place.blobs.put(chunks(Buffer.from('a')))
  const [object] = await place.objects()
  expect(object?.parentPath).toBe(path.join(place.server.folder, bucket, 'team/proofloop'))
  const all = await openBlobs({ dataFolder: 'unused', env: place.server.env })
  expect(await Array.fromAsync(place.blobs.list())).toEqual([sha256])
  expect(await Array.fromAsync(all.list())).toEqual([])
})

it('lists more than one page', async () => {
  await using place = await startPlace()
  const { sha256 } = await place.blobs.put(chunks(Buffer.from('a')))
  const folder = path.join(place.server.folder, bucket)
  // Copies of the server's own files for it: a thousand uploads would take long.
  const files = (await readdir(folder)).filter((name) => name.startsWith(sha256))
  for (const file of files) {
    const content = await readFile(path.join(folder, file))
    for (let i = 0; i < 1100; i += 1) {
      const name = i.toString(16).padStart(64, '0')
      await writeFile(path.join(folder, file.replace(sha256, name)), content)
    }
  }
  expect(new Set(await Array.fromAsync(place.blobs.list())).size).toBe(1101)
})

it('says what to do when the server, the bucket or the keys are wrong', async () => {
  await using place = await startPlace()
  const { env } = place.server
  const unavailable = (reason: string) => ({
    name: 'UserFacingError',
    code: 'store-unavailable',
    message: expect.stringContaining(reason),
  })
  const openWith = (more: Record<string, string>) =>
    openBlobs({ dataFolder: 'unused', env: { ...env, ...more } })
  await expect(openWith({ S3_BUCKET: 'other-bucket' })).rejects.toMatchObject(
    unavailable('no such bucket'),
  )
  await expect(openWith({ S3_ACCESS_KEY_ID: 'unknown' })).rejects.toMatchObject(
    unavailable('access denied'),
  )
  await place.server.stop()
  await expect(place.blobs.put(chunks(Buffer.from('a')))).rejects.toMatchObject(
    unavailable('ECONNREFUSED'),
  )
  await expect(place.blobs.has('a'.repeat(64))).rejects.toMatchObject(unavailable('ECONNREFUSED'))
})

it.each([
  [{ S3_ENDPOINT: 'localhost:9000' }, 'S3_ENDPOINT must begin'],
  [{ S3_ACCESS_KEY_ID: 'only' }, 'Set both'],
])('refuses settings that cannot work: %j', (env, sentence) => {
  expect(() => s3Settings({ S3_BUCKET: 'bucket', ...env })).toThrow(sentence)
})
