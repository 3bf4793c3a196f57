import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import { codeOf } from '../../lib/write-whole-file.ts'
import { foldedName, pathFault, requireHash } from './names.ts'
import type { GitPlace } from './open-git-place.ts'
import { readBlobs } from './read-blobs.ts'
import { type TreeEntry, listTree } from './list-tree.ts'

export type CheckOutLimits = { files: number; bytes: number }

/**
 * Writes the files of a tree below a new folder, and nothing but regular files.
 * @throws UserFacingError checkout-refused with what is wrong in the tree
 */
export async function checkOut(
  place: GitPlace,
  { tree, folder, limits }: { tree: string; folder: string; limits: CheckOutLimits },
): Promise<void> {
  const entries = await listTree(place, requireHash(tree), limits.files)
  requirePlain(entries, limits)
  await mkdir(folder)
  const made = new Set([folder])
  let next = 0
  for await (const content of readBlobs(place, entries, limits.bytes)) {
    const entry = entries[next++]
    if (entry === undefined) throw new Error('More objects than were asked for.')
    await writeEntry(entry, { folder, made, content })
  }
}

async function writeEntry(
  { path: name, mode }: TreeEntry,
  { folder, made, content }: { folder: string; made: Set<string>; content: Uint8Array },
): Promise<void> {
  const file = path.join(folder, ...name.split('/'))
  try {
    const parent = path.dirname(file)
    if (!made.has(parent)) await mkdir(parent, { recursive: true })
    made.add(parent)
    await writeFile(file, content, { flag: 'wx', mode: mode === '100755' ? 0o755 : 0o644 })
  } catch (cause) {
    throw refused(`${printable(name)} cannot be written here (${codeOf(cause)})`, cause)
  }
}

function requirePlain(entries: TreeEntry[], { files, bytes }: CheckOutLimits): void {
  if (entries.length > files) throw refused(`it has more than ${files.toLocaleString('en')} files`)
  const sum = entries.reduce((total, { size }) => total + size, 0)
  if (sum > bytes) throw refused(`its files have more than ${Math.round(bytes / 2 ** 20)} MB`)
  const names: Names = new Map()
  for (const entry of entries) {
    const fault = kindFault(entry) ?? pathFault(entry.path)
    if (fault !== null) throw refused(`${printable(entry.path)} ${fault}`)
    requireOwnName(entry.path, names)
  }
}

function kindFault({ mode, isNamed }: TreeEntry): string | null {
  if (mode === '120000') return 'is a link'
  if (mode === '160000') return 'is a submodule'
  if (!mode.startsWith('100')) return `is neither a file nor a folder (${mode})`
  return isNamed ? null : 'has a name that is not UTF-8'
}

/** By how each is folded; with how it is written. */
type Names = Map<string, { part: string; inside: Names }>

/** Also folders: `A/x` and `a/y` are in one on some file systems. */
function requireOwnName(file: string, names: Names): void {
  const parts = file.split('/')
  let here = names
  for (const [depth, part] of parts.entries()) {
    const folded = foldedName(part)
    const known = here.get(folded) ?? { part, inside: new Map() }
    if (known.part !== part) {
      const above = parts.slice(0, depth)
      const [one, other] = [known.part, part].map((name) => printable([...above, name].join('/')))
      throw refused(`${one} and ${other} differ in upper and lower case only`)
    }
    here.set(folded, known)
    here = known.inside
  }
}

function refused(why: string, cause?: unknown): UserFacingError {
  const sentence = `The files of this version are not taken: ${why}. Change that on the branch.`
  return new UserFacingError('checkout-refused', sentence, { cause })
}
