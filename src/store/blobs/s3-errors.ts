import { S3ServiceException } from '@aws-sdk/client-s3'
import { UserFacingError } from '../../lib/errors.ts'
import { codeOf } from '../../lib/write-whole-file.ts'
import { blobNotFound } from './blobs.ts'
import type { S3Settings } from './s3-settings.ts'

export function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && ['NoSuchKey', 'NotFound'].includes(error.name)
}

/** Says of what S3 reports how to mend it; never the server's words, which may hold parts of keys. */
export function translateS3Error(error: unknown, { bucket, endpoint }: S3Settings): unknown {
  if (error instanceof UserFacingError) return error
  if (error instanceof S3ServiceException && error.name === 'NoSuchKey') {
    return blobNotFound({ cause: error })
  }
  const where = endpoint === undefined ? `the bucket ${bucket}` : `${bucket} at ${endpoint}`
  return new UserFacingError(
    'store-unavailable',
    `The files in S3 cannot be used now (${where}: ${reasonOf(error)}). Check S3_ENDPOINT, S3_BUCKET and the keys, and that the server runs.`,
    { cause: error },
  )
}

function reasonOf(error: unknown): string {
  if (error instanceof S3ServiceException) {
    const status = error.$metadata.httpStatusCode
    if (status === 403) return 'access denied'
    if (status === 404) return 'no such bucket'
    return error.name
  }
  const code = codeOf(error)
  return code === 'unknown reason' && error instanceof Error ? error.name : code
}
