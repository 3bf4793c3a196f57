import { UserFacingError } from '../../lib/errors.ts'
import type { GitPlace } from './open-git-place.ts'

/** At once in memory. */
const batchBytes = 32 * 2 ** 20

/**
 * Contents of objects in the order of their hashes, by `cat-file --batch`.
 * @throws UserFacingError git-failed when one is missing, or all have more than `most` bytes
 */
export async function* readBlobs(
  place: Pick<GitPlace, 'objects'>,
  hashes: readonly string[],
  most: number,
): AsyncGenerator<Buffer, void> {
  let left = most
  for (const batch of await batchesOf(place, hashes)) {
    const { stdout } = await place.objects(['cat-file', '--batch'], {
      input: `${batch.join('\n')}\n`,
      most: left + batch.length * 128,
    })
    for (const content of contentsOf(stdout, batch)) {
      left -= content.length
      yield content
    }
  }
}

async function batchesOf(
  { objects }: Pick<GitPlace, 'objects'>,
  hashes: readonly string[],
): Promise<string[][]> {
  if (hashes.length === 0) return []
  const args = ['cat-file', '--batch-check=%(objectname) %(objectsize)']
  const { stdout } = await objects(args, { input: `${hashes.join('\n')}\n` })
  const sizes = stdout.toString('latin1').trimEnd().split('\n')
  const batches: string[][] = []
  let room = 0
  hashes.forEach((hash, i) => {
    const size = Number(sizes[i]?.slice(hash.length + 1))
    if (!Number.isSafeInteger(size)) throw unreadable(hash)
    const last = batches.at(-1)
    if (last === undefined || size > room) {
      batches.push([hash])
      room = batchBytes - size
    } else {
      last.push(hash)
      room -= size
    }
  })
  return batches
}

function* contentsOf(output: Buffer, hashes: readonly string[]): Generator<Buffer, void> {
  let at = 0
  for (const hash of hashes) {
    const end = output.indexOf(10, at)
    const [name, kind, size] = output.subarray(at, end).toString('latin1').split(' ')
    if (name !== hash || kind !== 'blob') throw unreadable(hash)
    const start = end + 1
    at = start + Number(size) + 1
    yield output.subarray(start, at - 1)
  }
}

function unreadable(hash: string): UserFacingError {
  const sentence = `The repository has no file ${hash}. Look at it with git fsck.`
  return new UserFacingError('git-failed', sentence)
}
