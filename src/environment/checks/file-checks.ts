import { createHash, randomUUID } from 'node:crypto'
import { UserFacingError } from '../../lib/errors.ts'
import { bucketExposure, type Unsigned } from '../../store/blobs/bucket-exposure.ts'
import type { Blobs } from '../../store/blobs/blobs.ts'
import { folderExposure } from '../../store/folder-exposure.ts'
import { type Check, type DoctorHost, fail, type Finding, pass, skipped } from '../check.ts'

const files: Check = {
  name: 'files',
  needs: [],
  async run({ blobs }) {
    const stored = await blobs()
    const bytes = probe()
    const { sha256 } = await stored.put(once(bytes))
    const { isSame, left } = await readAndDelete(stored, { sha256, bytes })
    if (!isSame) {
      return fail(
        'A file that was stored came back with other bytes.',
        'Check the disk or the storage service; do not upload anything before that.',
      )
    }
    if (left === 'version') {
      return fail(
        'A file that was deleted is kept as an older version.',
        'Suspend the versions of the bucket, and have one of its rules remove older ones: what is forgotten must be gone.',
      )
    }
    if (await stored.has(sha256)) {
      return fail(
        'A file that was deleted is still there.',
        'Give the role of the bucket the right s3:DeleteObject, and turn locks off: what is forgotten must be gone.',
      )
    }
    return pass('A file was stored, read with its checksum, and deleted.')
  },
}

/** Deleted in any case. */
async function readAndDelete(
  stored: Blobs,
  { sha256, bytes }: { sha256: string; bytes: Buffer },
): Promise<{ isSame: boolean; left: Awaited<ReturnType<Blobs['delete']>> }> {
  const expected = createHash('sha256').update(bytes).digest('hex')
  const reading = await Promise.allSettled([readAll(stored, sha256)])
  const left = await stored.delete(sha256)
  const [read] = reading
  if (read.status === 'rejected') throw read.reason
  return { isSame: sha256 === expected && read.value.equals(bytes), left }
}

const filesClosed: Check = {
  name: 'files-closed',
  needs: [],
  async run(host, signal) {
    const stored = await host.blobs()
    const folder = await folderFinding(host)
    // The database may be in it also where files are in a bucket.
    if (folder.result === 'fail') return folder
    const { sha256 } = await stored.put(once(probe()))
    try {
      return (await bucketFinding(host, { sha256, signal })) ?? folder
    } finally {
      await stored.delete(sha256)
    }
  },
}

async function folderFinding({ dataFolder }: DoctorHost): Promise<Finding> {
  const exposure = await folderExposure(dataFolder)
  if (exposure === 'unknown') return skipped('Modes of folders do not tell here who may read.')
  const { isClosed, exposed } = exposure
  if (isClosed) return pass('Other users of this machine cannot read the data folder.')
  if (exposed.length === 0) {
    return pass(
      'Other users of this machine cannot read the database and the files in the data folder.',
    )
  }
  return fail(
    `Other users of this machine can read ${exposed.join(', ')} in the data folder.`,
    `Close it: chmod -R go-rwx ${dataFolder}`,
  )
}

async function bucketFinding(
  { env }: DoctorHost,
  probed: { sha256: string; signal: AbortSignal },
): Promise<Finding | null> {
  const exposure = await bucketExposure(env, probed)
  if (exposure === null) return null
  const { bucket, file, list } = exposure
  return (
    openness(file, `read files of the bucket ${bucket}`) ??
    openness(list, `list files of the bucket ${bucket}`) ??
    pass(
      `Without a signature no file is read (${file.status}) and none is listed (${list.status}).`,
    )
  )
}

function openness({ came, status }: Unsigned, deed: string): Finding | null {
  if (came === 'refused') return null
  if (came === 'answered') {
    return fail(
      `Anybody can ${deed}: a request without a signature was answered (${status}).`,
      'Block public access to the bucket, and remove its public policy and access lists.',
    )
  }
  return fail(
    `It cannot be told whether anybody can ${deed}: a request without a signature was answered with ${status}.`,
    'Check S3_ENDPOINT and S3_REGION, and that the service works: only a refusal (401 or 403) shows that the bucket is closed.',
  )
}

/** Of no document: no two are alike. */
function probe(): Buffer {
  return Buffer.from(`proofloop doctor ${randomUUID()}`)
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function readAll(blobs: Blobs, sha256: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of await blobs.get(sha256)) chunks.push(chunk)
  } catch (error) {
    // It is told as what it is: bytes that differ.
    if (error instanceof UserFacingError && error.code === 'blob-damaged') return Buffer.of()
    throw error
  }
  return Buffer.concat(chunks)
}

export const fileChecks: Check[] = [files, filesClosed]
