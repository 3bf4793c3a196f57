import { UserFacingError } from '../../lib/errors.ts'
import { requireHash } from './names.ts'
import type { GitPlace } from './open-git-place.ts'

/** At once in memory. */
const batchBytes = 32 * 2 ** 20

type Sized = { hash: string; size: number }

/**
 * Contents of files in their order, by `cat-file --batch`.
 * @param files with the sizes that git tells of them
 * @throws UserFacingError git-failed when one is missing, or all have more than `most` bytes
 */
export async function* readBlobs(
  place: Pick<GitPlace, 'objects'>,
  files: readonly Sized[],
  most: number,
): AsyncGenerator<Buffer, void> {
  let left = most
  for (const batch of batchesOf(files)) {
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

function batchesOf(files: readonly Sized[]): string[][] {
  const batches: string[][] = []
  let room = 0
  for (const { hash, size } of files) {
    const last = batches.at(-1)
    if (last === undefined || size > room) {
      batches.push([requireHash(hash)])
      room = batchBytes - size
    } else {
      last.push(requireHash(hash))
      room -= size
    }
  }
  return batches
}

function* contentsOf(output: Buffer, hashes: readonly string[]): Generator<Buffer, void> {
  const found = parseBatch(output)
  for (const hash of hashes) {
    const next = found.next().value
    if (next?.hash !== hash) throw unreadable(hash)
    yield next.content
  }
}

function* parseBatch(output: Buffer): Generator<{ hash: string; content: Buffer } | null, void> {
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(10, at)
    const [hash = '', kind, size] = output.subarray(at, end).toString('latin1').split(' ')
    const start = end + 1
    if (kind === 'blob') {
      at = start + Number(size) + 1
      yield { hash, content: output.subarray(start, at - 1) }
    } else {
      // It says that it is missing, or what else it is and then that.
      at = kind === 'missing' ? start : start + Number(size) + 1
      yield null
    }
  }
}

function unreadable(hash: string): UserFacingError {
  const sentence = `The repository has no file ${hash}. Look at it with git fsck.`
  return new UserFacingError('git-failed', sentence)
}
