import { s3Settings, type S3Settings } from './s3-settings.ts'

/** What a request without a signature came to. `unclear`: as for something that is not there, or where nobody can answer. */
export type Unsigned = { status: number; came: 'answered' | 'refused' | 'unclear' }

type BucketExposure = {
  bucket: string
  /** A file that is there was asked for. */
  file: Unsigned
  /** All names were: who has a text sees by them whether it is here. */
  list: Unsigned
}

/**
 * Whether anybody who knows its address can read a file that is there, or list them. Null: files are in the data folder.
 * @throws UserFacingError s3-settings, store-unavailable
 */
export async function bucketExposure(
  env: Record<string, string | undefined>,
  { sha256, signal }: { sha256: string; signal: AbortSignal },
): Promise<BucketExposure | null> {
  const settings = s3Settings(env)
  if (settings === undefined) return null
  const { bucket } = settings
  const { file, list } = addressesOf(settings, sha256)
  try {
    return { bucket, file: await ask(file, signal), list: await ask(list, signal) }
  } catch (error) {
    // It loads the client of S3.
    const { translateS3Error } = await import('./s3-errors.ts')
    throw translateS3Error(error instanceof Error ? (error.cause ?? error) : error, settings)
  }
}

/** As anybody would ask, without a signature. */
async function ask(address: string, signal: AbortSignal): Promise<Unsigned> {
  const answer = await fetch(address, { signal })
  const { status, ok } = answer
  const text = status === 400 ? await answer.text() : await answer.body?.cancel()
  const isRefused = [401, 403].includes(status) || lacksSignature(text ?? '')
  return { status, came: ok ? 'answered' : isRefused ? 'refused' : 'unclear' }
}

/** Cloudflare's R2 does not call it forbidden, but an argument that is missing. */
function lacksSignature(error: string): boolean {
  return /<Code>InvalidArgument<\/Code>\s*<Message>Authorization<\/Message>/u.test(error)
}

function addressesOf(
  { bucket, prefix, endpoint, region }: S3Settings,
  sha256: string,
): { file: string; list: string } {
  const root =
    endpoint === undefined
      ? `https://${bucket}.s3.${region}.amazonaws.com`
      : `${endpoint.replace(/\/$/, '')}/${bucket}`
  const name = `${prefix}${sha256}`.split('/').map(encodeURIComponent).join('/')
  const query = new URLSearchParams({ 'list-type': '2', 'max-keys': '1', prefix })
  return { file: `${root}/${name}`, list: `${root}/?${query.toString()}` }
}
