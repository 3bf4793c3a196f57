import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import { enclose, type Shown } from './enclosure.ts'
import { findTools, isRoot } from './find-tools.ts'
import { layOutFlow } from './flow-place.ts'
import { keepsApart } from './isolation.ts'
import type { Walls } from './walls.ts'

type Wanted = {
  /** Programs of the system, a shell among them. */
  programs: readonly Shown[]
  /** Files and folders of ours, with paths of the machine; what is not there is not wanted. */
  reads: readonly string[]
}

/**
 * Walls behind which our files can be read: the given ones, or of root. As an ordinary user a tool does not pass a folder
 * that is closed to others, and leaves out what is in it.
 * @throws UserFacingError checkout-own-files
 */
export async function wallsThatShow(walls: Walls, { programs, reads }: Wanted): Promise<Walls> {
  const there = reads.filter((file) => existsSync(file))
  const unread = await firstUnread(walls, { programs, reads: there })
  if (unread === null) return walls
  const ofRoot = { ...walls, tools: toolsOfRoot() ?? walls.tools }
  const isShown =
    ofRoot.tools !== walls.tools &&
    (await firstUnread(ofRoot, { programs, reads: there })) === null &&
    (await keepsApart(ofRoot, tmpdir()))
  if (isShown) return ofRoot
  throw new UserFacingError(
    'checkout-own-files',
    `Nothing that a change brings along is run here: Proofloop's own ${unread} cannot be read behind the walls of the system. Let all users of this machine read it and pass each folder above it (${path.dirname(unread)}; chmod o+rX).`,
  )
}

function toolsOfRoot() {
  if (!isRoot()) return undefined
  return findTools().find((tools) => tools.kind === 'namespaces' && tools.asRoot)
}

const script = `for file; do
  if ! { [ -r "$file" ] && { [ ! -d "$file" ] || [ -x "$file" ]; }; }; then printf %s "$file"; exit 1; fi
done`

/** The first that a process behind these walls cannot read; null: it reads all. */
async function firstUnread(
  walls: Walls,
  { programs, reads }: { programs: readonly Shown[]; reads: string[] },
): Promise<string | null> {
  const [first] = reads
  if (first === undefined) return null
  await using place = await layOutFlow({ agents: [] }, walls.user)
  const ours = reads.map((file): Shown => ({ from: file, to: file }))
  const inside = ['/bin/sh', '-c', script, 'sh', ...reads]
  const { command, args, ...user } = enclose(walls, {
    root: place.root,
    shown: [...programs, ...ours],
    inside,
    outside: inside,
  })
  return await new Promise((resolve) => {
    execFile(command, args, { ...user, env: {} }, (error, stdout) => {
      // Some tools do not even start with what they cannot reach.
      if (error === null) resolve(null)
      else resolve(reads.includes(stdout) ? stdout : first)
    })
  })
}
