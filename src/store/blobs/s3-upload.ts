import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { Spooled } from './spool.ts'

export type S3Place = { client: S3Client; bucket: string; prefix: string }

/** Bytes in memory at once; S3 takes parts from 5 MiB, and 10,000 of them. */
const partBytes = 16 * 2 ** 20

/** In one piece, or in parts that become an object together; the server checks the hash of each. */
export async function uploadFile(place: S3Place, { file, sha256, bytes }: Spooled): Promise<void> {
  await using handle = await open(file)
  const object = { Bucket: place.bucket, Key: `${place.prefix}${sha256}` }
  if (bytes > partBytes) await uploadParts(place.client, { handle, object, bytes })
  else {
    const Body = await readPart(handle, { start: 0, length: bytes })
    const checked = { Body, ContentLength: bytes, ChecksumSHA256: base64Hash(Body) }
    await place.client.send(new PutObjectCommand({ ...object, ...checked }))
  }
}

type Upload = { handle: FileHandle; object: { Bucket: string; Key: string }; bytes: number }

async function uploadParts(client: S3Client, { handle, object, bytes }: Upload): Promise<void> {
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm: 'SHA256' }),
  )
  const upload = { ...object, UploadId }
  try {
    const Parts: CompletedPart[] = []
    for (let start = 0; start < bytes; start += partBytes) {
      const length = Math.min(partBytes, bytes - start)
      const Body = await readPart(handle, { start, length })
      const part = { PartNumber: Parts.length + 1, ChecksumSHA256: base64Hash(Body) }
      const { ETag } = await client.send(new UploadPartCommand({ ...upload, ...part, Body }))
      Parts.push({ ...part, ETag })
    }
    await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }))
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {
      // The error that matters is the first; the bucket's rule for unfinished uploads cleans up.
    })
    throw error
  }
}

async function readPart(
  handle: FileHandle,
  { start, length }: { start: number; length: number },
): Promise<Uint8Array> {
  const part = new Uint8Array(length)
  let read = 0
  while (read < length) {
    const { bytesRead } = await handle.read(part, read, length - read, start + read)
    if (bytesRead === 0) throw new Error('A file became shorter while it was uploaded.')
    read += bytesRead
  }
  return part
}

function base64Hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64')
}
