import { UserFacingError } from '../../lib/errors.ts'
import type { GitPlace } from './open-git-place.ts'

export type TreeEntry = {
  mode: string
  hash: string
  /** Bytes; 0 of what is no file. */
  size: number
  path: string
  /** False when its name is not UTF-8, and `path` therefore not its name. */
  isNamed: boolean
}

const longestName = 4096

/** All that is in it, folders gone through. @throws UserFacingError git-failed when it has many more than `most` */
export async function listTree(
  { objects }: Pick<GitPlace, 'objects'>,
  tree: string,
  most: number,
): Promise<TreeEntry[]> {
  const args = ['ls-tree', '-r', '-z', '-l', '--full-tree', tree]
  const { stdout } = await objects(args, { most: Math.min(most * longestName, 64 * 2 ** 20) })
  return entriesOf(stdout)
}

/** The one at a path; null when there is none, or a folder. */
export async function findEntry(
  { objects }: Pick<GitPlace, 'objects'>,
  tree: string,
  path: string,
): Promise<TreeEntry | null> {
  const args = ['--literal-pathspecs', 'ls-tree', '-z', '-l', '--full-tree', tree, '--', path]
  const { stdout } = await objects(args)
  const entry = entriesOf(stdout).find((other) => other.path === path)
  return entry !== undefined && entry.mode !== '040000' ? entry : null
}

function entriesOf(output: Buffer): TreeEntry[] {
  return splitAtNull(output).map((line) => {
    const tab = line.indexOf('\t')
    const [mode = '', , hash = '', size = ''] = line.subarray(0, tab).toString('latin1').split(/ +/)
    const name = line.subarray(tab + 1)
    const path = name.toString('utf8')
    const isNamed = Buffer.from(path, 'utf8').equals(name)
    return { mode, hash, size: size === '-' ? 0 : sizeOf(size), path, isNamed }
  })
}

function sizeOf(text: string): number {
  const size = Number(text)
  if (Number.isSafeInteger(size)) return size
  throw new UserFacingError('git-failed', 'An object of the repository cannot be read.')
}

/** Without what follows the last one, which is nothing. */
export function splitAtNull(output: Buffer): Buffer[] {
  const parts: Buffer[] = []
  let start = 0
  for (let end = output.indexOf(0); end !== -1; end = output.indexOf(0, start)) {
    parts.push(output.subarray(start, end))
    start = end + 1
  }
  return parts
}
