import type { ChangedFile } from '../repository.ts'
import { splitAtNull } from './list-tree.ts'
import { requireHash } from './names.ts'
import type { GitPlace } from './open-git-place.ts'
import { treeOf } from './read-objects.ts'

/** Of two commits or trees. */
export async function changedFiles(
  place: Pick<GitPlace, 'objects' | 'reader'>,
  from: string,
  to: string,
): Promise<ChangedFile[]> {
  const trees = [await treeOf(place, from), await treeOf(place, to)]
  if (trees[0] !== null && trees[0] === trees[1]) return []
  const plain = ['--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none']
  const args = ['diff-tree', '-r', '-z', '--name-status', ...plain]
  const { stdout } = await place.objects([...args, requireHash(from), requireHash(to)])
  const fields = splitAtNull(stdout).map((field) => field.toString('utf8'))
  return Array.from({ length: fields.length / 2 }, (_, i) => ({
    status: statusOf(fields[2 * i]),
    path: fields[2 * i + 1] ?? '',
  }))
}

function statusOf(letter: string | undefined): ChangedFile['status'] {
  if (letter === 'A') return 'added'
  return letter === 'D' ? 'removed' : 'changed'
}
