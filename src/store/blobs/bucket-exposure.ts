import { s3Settings, type S3Settings } from './s3-settings.ts'

/** `status`: of the answer to a request without a signature. */
type BucketExposure = { bucket: string; exposed: boolean; status: number }

/**
 * Whether anybody who knows its address can read a file that is there. Null: files are in the data folder.
 * @throws UserFacingError s3-settings, store-unavailable
 */
export async function bucketExposure(
  env: Record<string, string | undefined>,
  { sha256, signal }: { sha256: string; signal: AbortSignal },
): Promise<BucketExposure | null> {
  const settings = s3Settings(env)
  if (settings === undefined) return null
  const { bucket } = settings
  try {
    const answer = await fetch(addressOf(settings, sha256), { signal })
    await answer.body?.cancel()
    return { bucket, exposed: answer.ok, status: answer.status }
  } catch (error) {
    // It loads the client of S3.
    const { translateS3Error } = await import('./s3-errors.ts')
    throw translateS3Error(error instanceof Error ? (error.cause ?? error) : error, settings)
  }
}

/** As anybody would ask for it, without a signature. */
function addressOf({ bucket, prefix, endpoint, region }: S3Settings, sha256: string): string {
  const name = `${prefix}${sha256}`.split('/').map(encodeURIComponent).join('/')
  if (endpoint === undefined) return `https://${bucket}.s3.${region}.amazonaws.com/${name}`
  return `${endpoint.replace(/\/$/, '')}/${bucket}/${name}`
}
