import { randomUUID } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import type { ChangedFile } from '../repository.ts'
import { changedFiles } from './changed-files.ts'
import { splitAtNull } from './list-tree.ts'
import type { RefMove } from './move-refs.ts'
import type { GitPlace } from './open-git-place.ts'

/**
 * Whether the files of a checked-out branch can follow it without anything getting lost, and how.
 * @returns null when none of the branches that move is checked out
 * @throws UserFacingError working-tree-in-the-way
 */
export async function planFollowing(
  place: GitPlace,
  moves: readonly RefMove[],
): Promise<(() => Promise<void>) | null> {
  const checkedOut = await checkedOutBranches(place)
  for (const { ref, from, to } of moves) {
    const folder = checkedOut.get(ref)
    if (folder === undefined) continue
    const branch = ref.replace('refs/heads/', '')
    if (folder !== place.workingTree) {
      throw inTheWay(
        branch,
        'in another working tree of the repository. Switch that one to another',
      )
    }
    const base = from ?? (await emptyTree(place))
    await requireRoom(place, { branch, changed: await changedFiles(place, base, to), to })
    return () => follow(place, { branch, from: base, to })
  }
  return null
}

/** By their refs, the folder of each; without those whose folder is gone. */
async function checkedOutBranches({ refs }: GitPlace): Promise<Map<string, string>> {
  const { stdout } = await refs(['worktree', 'list', '--porcelain', '-z'])
  const trees = stdout.toString('utf8').split('\0\0')
  const found = new Map<string, string>()
  for (const tree of trees.map((text) => text.split('\0'))) {
    const valueOf = (key: string): string | undefined =>
      tree.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1)
    const folder = valueOf('worktree')
    const ref = valueOf('branch')
    const isGone = tree.some((line) => line.startsWith('prunable'))
    if (folder !== undefined && ref !== undefined && !isGone) found.set(ref, folder)
  }
  return found
}

type Following = { branch: string; from: string; to: string }

async function follow(place: GitPlace, { branch, from, to }: Following): Promise<void> {
  const { code, stderr } = await place.objects(['read-tree', '-m', '-u', from, to], {
    environment: workingEnvironment(place),
    folder: place.workingTree ?? undefined,
    answers: [0, 128],
  })
  if (code === 0) return
  const [, file] = /'([^']+)'/.exec(stderr) ?? []
  const which = file === undefined ? '' : ` (${printable(file)})`
  const sentence = `in the repository, and what is changed there and not committed would be lost${which}. Commit or stash it, or switch to another branch`
  throw inTheWay(branch, sentence, new Error(stderr))
}

function workingEnvironment({ gitFolder, workingTree }: GitPlace): Record<string, string> {
  if (workingTree === null) throw new Error('A bare repository has no working tree.')
  return { GIT_WORK_TREE: workingTree, GIT_INDEX_FILE: path.join(gitFolder, 'index') }
}

/** What git itself would overwrite without a word: ignored files, and files that filters make. */
async function requireRoom(
  place: GitPlace,
  { branch, changed, to }: { branch: string; changed: ChangedFile[]; to: string },
): Promise<void> {
  const names = changed.filter(({ status }) => status !== 'removed').map((file) => file.path)
  const filtered = await filteredFile(place, names, to)
  if (filtered !== null) {
    const sentence = `in the repository, and ${printable(filtered)} is written by a filter, which is not run here. Switch to another branch`
    throw inTheWay(branch, sentence)
  }
  const added = changed.filter(({ status }) => status === 'added')
  const known = await indexedFiles(place, added.length)
  for (const { path: name } of added) {
    const other = await untrackedAt(place, name, known)
    if (other === null) continue
    const sentence = `in the repository, and ${printable(other)} is there, which the change adds. Move it away, or switch to another branch`
    throw inTheWay(branch, sentence)
  }
}

async function indexedFiles(place: GitPlace, needed: number): Promise<Set<string>> {
  if (needed === 0) return new Set()
  const { stdout } = await place.objects(['ls-files', '-z', '--full-name'], {
    environment: workingEnvironment(place),
    folder: place.workingTree ?? undefined,
  })
  return new Set(splitAtNull(stdout).map((name) => name.toString('utf8')))
}

/** The first of a path's parts that is no folder, or the path itself, when the index does not know it. */
async function untrackedAt(
  { workingTree }: GitPlace,
  name: string,
  known: Set<string>,
): Promise<string | null> {
  const parts = name.split('/')
  for (let length = 1; length <= parts.length; length++) {
    const part = parts.slice(0, length).join('/')
    const found = await lstat(path.join(workingTree ?? '', part)).catch(() => null)
    if (found === null) return null
    if (found.isDirectory() && length < parts.length) continue
    return known.has(part) ? null : part
  }
  return null
}

const madeOtherwise = ['filter', 'working-tree-encoding', 'ident']

async function filteredFile(place: GitPlace, names: string[], to: string): Promise<string | null> {
  if (names.length === 0) return null
  const environment = { GIT_INDEX_FILE: path.join(place.scratch, `${randomUUID()}.index`) }
  await place.objects(['read-tree', to], { environment })
  const { stdout } = await place.objects(
    ['check-attr', '--cached', '--stdin', '-z', ...madeOtherwise],
    { environment, input: names.map((name) => `${name}\0`).join('') },
  )
  const fields = splitAtNull(stdout).map((field) => field.toString('utf8'))
  for (let i = 0; i + 2 < fields.length; i += 3) {
    const [name = '', , value = ''] = fields.slice(i, i + 3)
    if (value !== 'unspecified' && value !== 'unset') return name
  }
  return null
}

async function emptyTree({ objects }: GitPlace): Promise<string> {
  return (await objects(['mktree'])).stdout.toString('latin1').trim()
}

function inTheWay(branch: string, why: string, cause?: unknown): UserFacingError {
  const sentence = `${printable(branch)} is checked out ${why}; then try again.`
  return new UserFacingError('working-tree-in-the-way', sentence, { cause })
}
