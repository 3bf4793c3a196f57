import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { blobNotFound, isSha256, ofLength, verified, type Blobs, type Content } from './blobs.ts'
import { isMissing, translateS3Error } from './s3-errors.ts'
import type { S3Settings } from './s3-settings.ts'
import { uploadFile, type S3Place } from './s3-upload.ts'
import { removeOldSpools, spool } from './spool.ts'

/** Blobs as objects of one bucket. @throws UserFacingError store-unavailable */
export async function createS3Blobs(settings: S3Settings): Promise<Blobs & AsyncDisposable> {
  const { bucket, prefix } = settings
  const client = createClient(settings)
  const folder = path.join(tmpdir(), 'proofloop-uploads')
  const place: S3Place = { client, bucket, prefix }
  const objectOf = (sha256: string) => ({ Bucket: bucket, Key: `${prefix}${sha256}` })
  const translated = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw translateS3Error(error, settings)
    })
  await translated(client.send(new HeadBucketCommand({ Bucket: bucket })))
  await removeOldSpools(folder, Date.now())
  return {
    put: async (content) =>
      put(content, { folder, upload: (file) => translated(uploadFile(place, file)) }),
    async get(sha256, part) {
      if (!isSha256(sha256)) throw blobNotFound()
      const range = part && { Range: `bytes=${part.start}-${part.end}` }
      const command = new GetObjectCommand({ ...objectOf(sha256), ...range })
      const { Body } = await translated(client.send(command))
      if (Body === undefined) throw blobNotFound()
      const content = read(Body as Content, settings)
      return part === undefined ? verified(content, sha256) : ofLength(content, part)
    },
    async has(sha256) {
      if (!isSha256(sha256)) return false
      try {
        await client.send(new HeadObjectCommand(objectOf(sha256)))
        return true
      } catch (error) {
        if (isMissing(error)) return false
        throw translateS3Error(error, settings)
      }
    },
    async delete(sha256) {
      if (!isSha256(sha256)) return 'gone'
      const command = new DeleteObjectCommand(objectOf(sha256))
      const { DeleteMarker, VersionId } = await translated(client.send(command))
      // The marker of a bucket whose versions are suspended replaces what was stored since then.
      return DeleteMarker === true && VersionId !== 'null' ? 'version' : 'gone'
    },
    list: () => list(place, translated),
    async [Symbol.asyncDispose]() {
      client.destroy()
    },
  }
}

function createClient({ endpoint, region, credentials, forcePathStyle }: S3Settings): S3Client {
  return new S3Client({
    region,
    forcePathStyle,
    // Every object carries its SHA-256; other servers than Amazon's know no further checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  })
}

type Putting = {
  folder: string
  upload: (spooled: Awaited<ReturnType<typeof spool>>) => Promise<void>
}

async function put(content: Content, { folder, upload }: Putting) {
  const spooled = await spool(content, folder)
  try {
    await upload(spooled)
  } finally {
    await rm(spooled.file, { force: true })
  }
  return { sha256: spooled.sha256, bytes: spooled.bytes }
}

async function* read(body: Content, settings: S3Settings): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw translateS3Error(error, settings)
  }
}

async function* list(
  { client, bucket, prefix }: S3Place,
  translated: <T>(work: Promise<T>) => Promise<T>,
): AsyncGenerator<string> {
  // By the last name, not by version 2's tokens: servers differ in those, and s3rver fails to make one.
  let last: string | undefined
  do {
    const page = await translated(
      client.send(new ListObjectsCommand({ Bucket: bucket, Prefix: prefix, Marker: last })),
    )
    const keys = (page.Contents ?? []).map(({ Key = '' }) => Key)
    yield* keys.map((key) => key.slice(prefix.length)).filter(isSha256)
    last = page.IsTruncated === true ? keys.at(-1) : undefined
  } while (last !== undefined)
}
