import { stat } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import { s3Settings, type S3Settings } from './s3-settings.ts'

/** Who can read files without asking us. `unknown`: the system's modes do not tell. */
export type BlobExposure =
  | { kind: 'folder'; folder: string; exposed: boolean | 'unknown' }
  /** `status`: of the answer to a request without a signature. */
  | { kind: 's3'; bucket: string; exposed: boolean; status: number }

type Place = { dataFolder: string; env: Record<string, string | undefined> }

/**
 * Whether a stranger can read a file that is there: other users of the machine, all or those of a group, or anybody who knows
 * its address.
 * @throws UserFacingError s3-settings, store-unavailable
 */
export async function blobExposure(
  { dataFolder, env }: Place,
  { sha256, signal }: { sha256: string; signal: AbortSignal },
): Promise<BlobExposure> {
  const settings = s3Settings(env)
  if (settings === undefined) return folderExposure(dataFolder)
  const { bucket } = settings
  try {
    const answer = await fetch(addressOf(settings, sha256), { signal })
    await answer.body?.cancel()
    return { kind: 's3', bucket, exposed: answer.ok, status: answer.status }
  } catch (error) {
    // It loads the client of S3.
    const { translateS3Error } = await import('./s3-errors.ts')
    throw translateS3Error(error instanceof Error ? (error.cause ?? error) : error, settings)
  }
}

/** Groups, too: who is in one changes. */
const others = 0o077

/** One closed folder on the way is enough. */
async function folderExposure(dataFolder: string): Promise<BlobExposure> {
  const folders = [dataFolder, path.join(dataFolder, 'blobs')]
  if (process.platform === 'win32') {
    return { kind: 'folder', folder: dataFolder, exposed: 'unknown' }
  }
  const modes = await Promise.all(folders.map(async (folder) => (await stat(folder)).mode)).catch(
    (cause: unknown) => {
      throw new UserFacingError(
        'store-unavailable',
        'The folder of the files cannot be looked at. Check --data and its rights.',
        { cause },
      )
    },
  )
  const exposed = modes.every((mode) => (mode & others) !== 0)
  return { kind: 'folder', folder: dataFolder, exposed }
}

/** As anybody would ask for it, without a signature. */
function addressOf({ bucket, prefix, endpoint, region }: S3Settings, sha256: string): string {
  const name = `${prefix}${sha256}`.split('/').map(encodeURIComponent).join('/')
  if (endpoint === undefined) return `https://${bucket}.s3.${region}.amazonaws.com/${name}`
  return `${endpoint.replace(/\/$/, '')}/${bucket}/${name}`
}
