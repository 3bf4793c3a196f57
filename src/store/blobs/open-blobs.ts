import path from 'node:path'
import type { Blobs } from './blobs.ts'
import { createFolderBlobs } from './folder-blobs.ts'
import { s3Settings } from './s3-settings.ts'

/**
 * In S3 when the environment names a bucket, else in the data folder.
 * @throws UserFacingError s3-settings, store-unavailable
 */
export async function openBlobs(options: {
  dataFolder: string
  env: Record<string, string | undefined>
}): Promise<Blobs> {
  const settings = s3Settings(options.env)
  if (settings === undefined) return createFolderBlobs(path.join(options.dataFolder, 'blobs'))
  const { createS3Blobs } = await import('./s3-blobs.ts')
  return createS3Blobs(settings)
}
