import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import { codeOf } from '../../lib/write-whole-file.ts'
import { branchRef } from './names.ts'
import { openGitPlace } from './open-git-place.ts'

const marker = '# Written by Proofloop.'

/**
 * Lets nobody but the server move the protected branch, and what is known of changes, in a bare repository:
 * neither by a push nor by git on the machine. Git asks the hook before any ref moves; the server asks git to run
 * no hooks. It does not hold up whoever may write files of the repository without git.
 * @returns the hooks' files
 * @throws UserFacingError repository-not-bare, hook-in-the-way, branch-missing, and those of `openGitPlace`
 */
export async function protectBranch(folder: string, branch: string): Promise<string[]> {
  const ref = branchRef(branch)
  await using place = await openGitPlace(folder)
  if (place.workingTree !== null) {
    throw new UserFacingError(
      'repository-not-bare',
      `${printable(folder)} has files checked out. A branch is protected in a bare repository that belongs to the server's user: make one with git clone --bare.`,
    )
  }
  const { code } = await place.refs(['show-ref', '--verify', '--quiet', ref], { answers: [0, 1] })
  if (code !== 0) {
    throw new UserFacingError(
      'branch-missing',
      `${printable(folder)} has no branch ${printable(branch)}, and nobody could push it once it is protected. Push it first.`,
    )
  }
  await requireOwnHooks(place)
  const hooks = path.join(place.gitFolder, 'hooks')
  const texts = [pushHook(ref), moveHook(ref)]
  const files = ['update', 'reference-transaction'].map((name) => path.join(hooks, name))
  for (const file of files) await requireOurs(file)
  await mkdir(hooks, { recursive: true })
  for (const [i, file] of files.entries()) {
    await writeFile(file, texts[i] ?? '')
    await chmod(file, 0o755)
  }
  return files
}

/** A setting of the repository's own that makes git look for hooks elsewhere. */
async function requireOwnHooks({ gitFolder, refs }: Awaited<ReturnType<typeof openGitPlace>>) {
  const file = path.join(gitFolder, 'config')
  const args = ['config', '--file', file, '--no-includes', '--get', 'core.hooksPath']
  const { code } = await refs(args, { answers: [0, 1] })
  if (code === 1) return
  throw new UserFacingError(
    'hook-in-the-way',
    `The repository's configuration says where hooks are, and git would not run this one. Take core.hooksPath out of ${printable(file)}.`,
  )
}

async function requireOurs(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  })
  if (text === null || text.includes(marker)) return
  throw new UserFacingError(
    'hook-in-the-way',
    `${printable(file)} is there already, and somebody else wrote it. Let it call another file, or move it away.`,
  )
}

function beginHook(ref: string): string {
  return `#!/bin/sh
${marker} They let nobody but Proofloop's server move these refs.
protected=${quoted(ref)}
is_free() { case $1 in "$protected"|refs/proofloop/*) return 1 ;; esac; }
refuse() {
  echo "Proofloop: $1 is protected. Push another branch and open a change for it." >&2
  exit 1
}
`
}

/** Of a push it refuses one ref, and the others are taken. */
function pushHook(ref: string): string {
  return `${beginHook(ref)}is_free "$1" || refuse "$1"
`
}

/** Of all that moves refs. Packing them writes each to one file, and then takes its own away: neither moves it. */
function moveHook(ref: string): string {
  return `${beginHook(ref)}[ "$1" = prepared ] || exit 0
is_none() { case $1 in *[!0]*) return 1 ;; esac; }
while read -r old new ref; do
  is_free "$ref" && continue
  if is_none "$old" && ! is_none "$new"; then
    [ "$(git rev-parse --quiet --verify "$ref")" = "$new" ] && continue
  elif is_none "$new" && ! is_none "$old"; then
    grep -qxF "$old $ref" "$(git rev-parse --git-path packed-refs)" && continue
  fi
  refuse "$ref"
done
exit 0
`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
