import { glob, stat } from 'node:fs/promises'
import path from 'node:path'
import { documentEndings } from '../document/document-endings.ts'
import { UserFacingError } from '../lib/errors.ts'

/** What a folder holds for programs. */
const skipped = /^(?:\.|node_modules$)/u

/**
 * Files that the arguments name: files as they are, folders by their documents at any depth,
 * anything else as a glob pattern. Each file once, in a stable order.
 * @throws UserFacingError no-files
 * @returns `several` when the arguments could stand for more than one file
 */
export async function expandFiles(
  args: string[],
  cwd: string,
): Promise<{ files: string[]; several: boolean }> {
  if (args.length === 0) {
    throw new UserFacingError('no-files', 'Name the files, folders or glob patterns to review.')
  }
  const groups = await Promise.all(args.map((arg) => expandOne(arg, cwd)))
  const files = [...new Set(groups.flatMap((group) => group.files))]
  return { files, several: args.length > 1 || groups.some((group) => group.several) }
}

async function expandOne(arg: string, cwd: string): Promise<{ files: string[]; several: boolean }> {
  const file = path.resolve(cwd, arg)
  const info = await stat(file).catch(ignoreMissing)
  if (info?.isDirectory()) return { files: await filesIn(file, arg), several: true }
  if (info !== undefined || !/[*?[\]{}]/.test(arg)) return { files: [file], several: false }
  const matches = await Array.fromAsync(glob(arg, { cwd }))
  const files = await onlyFiles(matches.map((match) => path.resolve(cwd, match)))
  if (files.length > 0) return { files, several: true }
  throw new UserFacingError('no-files', `No file matches ${arg}. Check the pattern and the folder.`)
}

async function filesIn(directory: string, arg: string): Promise<string[]> {
  const exclude = (name: string): boolean => skipped.test(path.basename(name))
  const names = await Array.fromAsync(glob('**/*', { cwd: directory, exclude }))
  const wanted = names.filter((name) => documentEndings.has(path.extname(name).toLowerCase()))
  const files = await onlyFiles(wanted.map((name) => path.join(directory, name)))
  if (files.length > 0) return files
  throw new UserFacingError(
    'no-files',
    `There is no document (${[...documentEndings].join(', ')}) in the folder ${arg}. Name files of other endings one by one.`,
  )
}

async function onlyFiles(files: string[]): Promise<string[]> {
  const infos = await Promise.all(files.map((file) => stat(file).catch(ignoreMissing)))
  return files.filter((_, i) => infos[i]?.isFile()).toSorted()
}

/** A missing file is named by the reader, with the sentence that it has for it. */
function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG'].includes(error.code ?? '')) return
  throw error
}
