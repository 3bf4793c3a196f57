import { UserFacingError } from '../../lib/errors.ts'
import { requireHash } from './names.ts'
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
  const found = parseBatch(output)
  for (const hash of hashes) {
    const next = found.next().value
    if (next?.hash !== hash) throw unreadable(hash)
    yield next.content
  }
}

/**
 * What `path` holds in each commit; null where there is no such file.
 * @param most bytes of all together
 */
export async function readFileIn(
  { objects }: Pick<GitPlace, 'objects'>,
  { commits, path, most }: { commits: readonly string[]; path: string; most: number },
): Promise<(Buffer | null)[]> {
  if (commits.length === 0) return []
  const names = commits.map((commit) => `${requireHash(commit)}:${path}\n`)
  const { stdout } = await objects(['cat-file', '--batch'], { input: names.join(''), most })
  return Array.from(parseBatch(stdout), (found) => found?.content ?? null)
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
