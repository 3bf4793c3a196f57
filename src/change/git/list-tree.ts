import { UserFacingError } from '../../lib/errors.ts'
import { requireHash } from './names.ts'
import type { GitPlace } from './open-git-place.ts'
import { type GitObject, readObjects } from './read-objects.ts'

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

const largestTree = 64 * 2 ** 20

/** The one at a path, in a tree or a commit; null when there is none, or a folder. */
export async function findEntry(
  place: Pick<GitPlace, 'reader'>,
  tree: string,
  path: string,
): Promise<Pick<TreeEntry, 'mode' | 'hash'> | null> {
  const found = await findAt(place, tree, path)
  return found?.mode === folderMode ? null : found
}

async function findAt(
  place: Pick<GitPlace, 'reader'>,
  tree: string,
  path: string,
): Promise<Pick<TreeEntry, 'mode' | 'hash'> | null> {
  let at = { mode: folderMode, hash: `${requireHash(tree)}^{tree}` }
  for (const part of path.split('/')) {
    if (at.mode !== folderMode) return null
    const [folder] = await readObjects(place, [at.hash], largestTree)
    const entry = folder?.kind === 'tree' ? entryIn(folder, part) : null
    if (entry === null) return null
    at = entry
  }
  return at
}

/** Names of the regular files in a folder of a tree or a commit, without those of its folders; none where it is not. */
export async function filesIn(
  place: Pick<GitPlace, 'reader'>,
  tree: string,
  folder: string,
): Promise<string[]> {
  const found = await findAt(place, tree, folder)
  if (found?.mode !== folderMode) return []
  const [content] = await readObjects(place, [found.hash], largestTree)
  if (content?.kind !== 'tree') return []
  return [...entriesIn(content)]
    .filter(({ mode }) => mode.startsWith('100'))
    .map(({ name }) => name.toString('utf8'))
}

const folderMode = '40000'

/** A tree is its entries, one after the other: mode, name, an empty byte, the bytes of the hash. */
function entryIn(tree: GitObject, name: string): { mode: string; hash: string } | null {
  const wanted = Buffer.from(name)
  for (const { mode, hash, name: own } of entriesIn(tree)) {
    if (own.equals(wanted)) return { mode, hash }
  }
  return null
}

function* entriesIn({ hash, content }: GitObject) {
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(32, at)
    const end = content.indexOf(0, at)
    if (end === -1) return
    const next = end + 1 + hash.length / 2
    yield {
      mode: content.subarray(at, space).toString('latin1'),
      name: content.subarray(space + 1, end),
      hash: content.subarray(end + 1, next).toString('hex'),
    }
    at = next
  }
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
