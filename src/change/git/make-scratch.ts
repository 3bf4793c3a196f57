import { mkdir, mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { codeOf } from '../../lib/write-whole-file.ts'

/** Of a server. */
export function gitScratch(dataFolder: string): string {
  return path.join(dataFolder, 'forge', 'scratch')
}

/**
 * A folder for files of one process. Where it is one of ours, what processes of this machine have left there goes
 * first: whoever is killed tidies nothing up, and others may share the folder.
 */
export async function makeScratch(folder: string | undefined): Promise<string> {
  if (folder === undefined) return mkdtemp(path.join(await realpath(tmpdir()), 'proofloop-git-'))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const own = await realpath(folder)
  await removeLeft(own)
  return mkdtemp(path.join(own, `${machine()}_${process.pid}_`))
}

function machine(): string {
  return hostname().replaceAll(/[^\w.-]|_/gu, '-')
}

async function removeLeft(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [of, pid] = name.split('_')
    const isOurs = of === machine() && pid !== undefined && /^\d+$/u.test(pid)
    if (!isOurs || (await isInUse(path.join(folder, name), Number(pid)))) continue
    await rm(path.join(folder, name), { recursive: true, force: true })
  }
}

/** In containers each process has the number of the one before. */
async function isInUse(scratch: string, pid: number): Promise<boolean> {
  if (!isRunning(pid)) return false
  if (pid !== process.pid) return true
  const { mtimeMs } = await stat(scratch)
  return mtimeMs >= Date.now() - process.uptime() * 1000
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Of another user, which one may not ask.
    return error instanceof Error && codeOf(error) === 'EPERM'
  }
}
