import { existsSync } from 'node:fs'
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import { keepGit, type KeptGit } from './keep-git.ts'
import { splitAtNull } from './list-tree.ts'
import { makeScratch } from './make-scratch.ts'
import { readerArgs } from './read-objects.ts'
import { type GitAnswer, type GitCommand, gitEnvironment, requireGit, runGit } from './run-git.ts'

type Reader = Pick<KeptGit, 'ask'>

type RunIn = (args: readonly string[], options?: Omit<GitCommand, 'args'>) => Promise<GitAnswer>

/**
 * Two ways to one repository. `objects` reads and writes objects, and knows nothing of the repository but
 * those: git reads there a configuration that we wrote. `refs` is for names of commits, which git keeps in a
 * way that the repository's own configuration says; nothing else is done there.
 */
export type GitPlace = AsyncDisposable & {
  objects: RunIn
  /** As `objects`, a process that stays and answers which objects there are: see `readObjects`. */
  reader: Reader
  refs: RunIn
  /** Where its refs and its index are. */
  gitFolder: string
  /** Where its files are checked out; null of a bare one. */
  workingTree: string | null
  /** A folder for files of our own. */
  scratch: string
  objectFormat: 'sha1' | 'sha256'
}

type GitPlaceOptions = {
  signal?: AbortSignal
  /** Where its scratch is, and what is left there of processes that were killed goes; default: the system's. */
  scratchIn?: string
}

/** @throws UserFacingError repository-missing, git-missing, git-too-old, git-failed */
export async function openGitPlace(
  folder: string,
  { signal, scratchIn }: GitPlaceOptions = {},
): Promise<GitPlace> {
  await requireGit()
  const found = await findRepository(folder)
  const scratch = await makeScratch(scratchIn)
  const common = { GIT_DIR: found.gitFolder, HOME: scratch }
  try {
    const objectFolder = await makeOwn(scratch, found)
    const outside = { ...gitEnvironment({ safe: found.folder }), ...common }
    const { close, ...inside } = ownPlace({ scratch, found, objectFolder, signal })
    return {
      ...inside,
      refs: runIn(outside, scratch, signal),
      gitFolder: found.gitFolder,
      workingTree: found.workingTree,
      objectFormat: found.objectFormat,
      scratch,
      async [Symbol.asyncDispose]() {
        await close()
        await rm(scratch, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(scratch, { recursive: true, force: true })
    throw error
  }
}

type Own = Pick<GitPlaceOptions, 'signal'> & { scratch: string; found: Found; objectFolder: string }

/** What is run in the repository of our own. */
function ownPlace({ scratch, found, objectFolder, signal }: Own) {
  const folder = path.join(scratch, 'git')
  const environment = {
    ...gitEnvironment(),
    HOME: scratch,
    GIT_DIR: folder,
    GIT_OBJECT_DIRECTORY: objectFolder,
  }
  const run = runIn(environment, folder, signal)
  const kept = keepGit({ args: readerArgs, environment, folder, signal })
  let isClosed = false
  const requireOwn = async (): Promise<void> => {
    if (isClosed) throw new Error('The repository was closed.')
    // Systems tidy up folders for temporary files; a server runs for longer.
    if (!isWhole(scratch)) await makeOwn(scratch, found)
  }
  const objects: RunIn = async (args, options) => {
    await requireOwn()
    return run(args, options)
  }
  const reader: Reader = {
    async ask(talk) {
      await requireOwn()
      return kept.ask(talk)
    },
  }
  const close = async (): Promise<void> => {
    isClosed = true
    await kept[Symbol.asyncDispose]()
  }
  return { objects, reader, close }
}

function runIn(
  environment: Record<string, string>,
  folder: string,
  signal: AbortSignal | undefined,
): RunIn {
  return (args, options = {}) =>
    runGit({
      ...options,
      args,
      folder: options.folder ?? folder,
      environment: { ...environment, ...options.environment },
      signal: options.signal ?? signal,
    })
}

type Found = Pick<GitPlace, 'gitFolder' | 'workingTree' | 'objectFormat'> & {
  folder: string
  commonFolder: string
}

async function findRepository(given: string): Promise<Found> {
  const folder = await realpath(given).catch((cause: unknown) => {
    throw missing(given, cause)
  })
  // Not in a folder above: its files would be others than those that are meant.
  const environment = {
    ...gitEnvironment({ safe: folder }),
    GIT_CEILING_DIRECTORIES: path.dirname(folder),
  }
  const asked = ['--path-format=absolute', '--git-dir', '--git-common-dir', '--show-object-format']
  const { code, stdout, stderr } = await runGit({
    args: ['rev-parse', ...asked],
    folder,
    environment,
    answers: [0, 128],
  })
  if (code !== 0) throw missing(given, new Error(stderr))
  const [gitFolder = '', commonFolder = '', format = ''] = stdout.toString('utf8').split('\n')
  const workingTree = existsSync(path.join(folder, '.git')) ? folder : null
  const objectFormat = format === 'sha256' ? 'sha256' : 'sha1'
  return { folder, gitFolder, commonFolder, objectFormat, workingTree }
}

function missing(folder: string, cause: unknown): UserFacingError {
  const sentence = `${printable(folder)} is no git repository that can be read. Name the folder of one, bare or with its files, in the configuration: changes.forge.repository.`
  return new UserFacingError('repository-missing', sentence, { cause })
}

const folders = ['refs', 'objects', 'info']

function isWhole(scratch: string): boolean {
  return [...folders, 'config', 'HEAD'].every((name) => existsSync(path.join(scratch, 'git', name)))
}

/** What of a repository's configuration says how its files are written, and the values that are taken over. */
const takenOver: Record<string, RegExp> = {
  // So that others can still write beside us.
  'core.sharedrepository': /^(?:umask|group|true|all|world|everybody|0?[0-7]{3,4})$/,
  'core.filemode': /^(?:true|false)$/,
  'core.symlinks': /^(?:true|false)$/,
  'core.ignorecase': /^(?:true|false)$/,
  'core.precomposeunicode': /^(?:true|false)$/,
  'core.autocrlf': /^(?:true|false|input)$/,
  'core.eol': /^(?:lf|crlf|native)$/,
}

/** A repository of our own with the objects of the other. @returns their folder */
async function makeOwn(
  scratch: string,
  { commonFolder, objectFormat }: Pick<Found, 'commonFolder' | 'objectFormat'>,
): Promise<string> {
  const own = path.join(scratch, 'git')
  for (const name of folders) {
    await mkdir(path.join(own, name), { recursive: true })
  }
  const lines = [
    '[core]',
    `repositoryFormatVersion = ${objectFormat === 'sha1' ? 0 : 1}`,
    'bare = true',
    // What a commit is made of is read from the commit, not from a list beside it.
    'commitGraph = false',
    ...(await ownSettings(path.join(commonFolder, 'config'))),
    ...(objectFormat === 'sha1' ? [] : ['[extensions]', `objectFormat = ${objectFormat}`]),
  ]
  await writeFile(path.join(own, 'config'), `${lines.join('\n')}\n`)
  await writeFile(path.join(own, 'HEAD'), 'ref: refs/heads/none\n')
  return path.join(commonFolder, 'objects')
}

async function ownSettings(file: string): Promise<string[]> {
  const { stdout } = await runGit({
    args: ['config', '--file', file, '--no-includes', '--null', '--list'],
  })
  return splitAtNull(stdout).flatMap((line) => {
    const [key = '', value = 'true'] = line.toString('utf8').split('\n')
    const isTaken = takenOver[key]?.test(value) ?? false
    return isTaken ? [`${key.slice('core.'.length)} = ${value}`] : []
  })
}
