import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runGit } from './run-git.ts'

/** It is told by what git says. */
const everyCode = Array.from({ length: 256 }, (_, code) => code)

type Person = { name: string; email: string }

export const ann: Person = { name: 'Ann Author', email: 'ann@example.org' }
export const bob: Person = { name: 'Bob Builder', email: 'bob@example.org' }

type Terminal = {
  person?: Person
  environment?: Record<string, string>
  input?: string | Uint8Array
}

/** Git as somebody at a terminal has it, without what this machine configures. */
export async function git(
  folder: string,
  args: readonly string[],
  { person = ann, environment = {}, input }: Terminal = {},
): Promise<string> {
  const { code, stdout, stderr } = await runGit({
    args,
    folder,
    input,
    answers: everyCode,
    environment: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: person.name,
      GIT_AUTHOR_EMAIL: person.email,
      GIT_COMMITTER_NAME: person.name,
      GIT_COMMITTER_EMAIL: person.email,
      ...environment,
    },
  })
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  return stdout.toString('utf8').trim()
}

/** By their paths; null: it is taken away. */
export type Files = Record<string, string | Uint8Array | null>

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name)
    if (content === null) {
      await rm(file)
      continue
    }
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, content)
  }
}

/** All below a folder. */
export async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
  const read = files.map(async (file): Promise<[string, string]> => [
    path.relative(folder, file),
    await readFile(file, 'utf8'),
  ])
  return Object.fromEntries(await Promise.all(read))
}

export async function commitAll(
  folder: string,
  {
    files = {},
    message = 'Edit',
    person = ann,
  }: { files?: Files; message?: string; person?: Person },
): Promise<string> {
  await writeFiles(folder, files)
  await git(folder, ['add', '--all'], { person })
  await git(folder, ['commit', '--quiet', '--allow-empty', '--message', message], { person })
  return git(folder, ['rev-parse', 'HEAD'])
}

export async function temporaryFolder(): Promise<{ folder: string } & AsyncDisposable> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'proofloop-test-')))
  return {
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

export async function initRepository(
  folder: string,
  { bare = false, format = 'sha1' }: { bare?: boolean; format?: 'sha1' | 'sha256' } = {},
): Promise<void> {
  await mkdir(folder, { recursive: true })
  const kind = bare ? ['--bare'] : []
  await git(folder, ['init', '--quiet', '-b', 'main', `--object-format=${format}`, ...kind])
}
