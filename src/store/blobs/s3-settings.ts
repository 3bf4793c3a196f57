import { z } from 'zod'
import { UserFacingError } from '../../lib/errors.ts'

export type S3Settings = {
  bucket: string
  /** Before each name; empty, or ends with a slash. */
  prefix: string
  /** Undefined for Amazon's. */
  endpoint?: string
  region: string
  /** The bucket in the path, as most servers but Amazon's want it. */
  forcePathStyle: boolean
  /** Undefined: what the AWS SDK finds on the machine. */
  credentials?: { accessKeyId: string; secretAccessKey: string }
}

const text = z.string().optional()
const Environment = z.object({
  S3_BUCKET: text,
  S3_PREFIX: text,
  S3_ENDPOINT: text,
  S3_REGION: text,
  S3_ACCESS_KEY_ID: text,
  S3_SECRET_ACCESS_KEY: text,
})

/**
 * Undefined without S3_BUCKET: files are in the data folder then.
 * @throws UserFacingError s3-settings
 */
export function s3Settings(env: Record<string, string | undefined>): S3Settings | undefined {
  const given = Environment.parse(env)
  const bucket = given.S3_BUCKET ?? ''
  if (bucket === '') return undefined
  const endpoint = given.S3_ENDPOINT === '' ? undefined : given.S3_ENDPOINT
  if (endpoint !== undefined && !/^https?:\/\//.test(endpoint)) {
    throw wrong('S3_ENDPOINT must begin with http:// or https://.')
  }
  const accessKeyId = given.S3_ACCESS_KEY_ID ?? ''
  const secretAccessKey = given.S3_SECRET_ACCESS_KEY ?? ''
  if ((accessKeyId === '') !== (secretAccessKey === '')) {
    throw wrong('Set both S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or neither.')
  }
  const prefix = (given.S3_PREFIX ?? '').replace(/^\/+|\/+$/g, '')
  return {
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    endpoint,
    region: given.S3_REGION ?? 'us-east-1',
    forcePathStyle: endpoint !== undefined,
    ...(accessKeyId === '' ? {} : { credentials: { accessKeyId, secretAccessKey } }),
  }
}

function wrong(sentence: string): UserFacingError {
  return new UserFacingError('s3-settings', sentence)
}
