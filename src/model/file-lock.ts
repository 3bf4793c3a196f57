import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'

const Owner = z.object({
  pid: z.int().positive(),
  host: z.string(),
  started: z.string().nullable(),
})
type Owner = z.infer<typeof Owner>

const meetings = 5

/**
 * Makes this process the only one that writes `file`. Each process has a lock file of its own name
 * beside it, puts it there first and looks for others then: of two that start at once at least one
 * sees the other and steps back. So no process ever takes another's lock file away, save that of a
 * dead one, whose name nobody uses again.
 * @returns what gives the lock back
 * @throws UserFacingError file-locked, which names the process that holds it; what the system says
 * when nothing can be written there
 */
export async function lockFile(file: string): Promise<() => void> {
  const directory = path.dirname(file)
  mkdirSync(directory, { recursive: true })
  const prefix = `${path.basename(file)}.lock-`
  for (let meeting = 1; ; meeting += 1) {
    const name = `${prefix}${process.pid}-${randomBytes(4).toString('hex')}`
    const own = path.join(directory, name)
    const owner: Owner = { pid: process.pid, host: hostname(), started: startOf(process.pid) }
    try {
      writeFileSync(own, JSON.stringify(owner), { flag: 'wx' })
    } catch (error) {
      // A full disk leaves an empty one.
      rmSync(own, { force: true })
      throw error
    }
    const other = readdirSync(directory)
      .filter((entry) => entry.startsWith(prefix) && entry !== name)
      .find((entry) => isHeld(path.join(directory, entry)))
    if (other === undefined) return () => rmSync(own, { force: true })
    rmSync(own, { force: true })
    // Two that met while starting both stepped back; one that works will still be there.
    if (meeting === meetings) throw lockedError(file, path.join(directory, other))
    await delay(Math.random() * 20 * meeting)
  }
}

/** Removes the lock file of a dead process. */
function isHeld(lock: string): boolean {
  const owner = readOwner(lock)
  // Gone, or not written yet: then its process is about to see our file.
  if (owner === null) return false
  if (owner.host !== hostname() || isAlive(owner)) return true
  rmSync(lock, { force: true })
  return false
}

function readOwner(lock: string): Owner | null {
  try {
    return Owner.parse(JSON.parse(readFileSync(lock, 'utf8')))
  } catch {
    return null
  }
}

function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
  }
  // The number may have gone to another process since; where the system tells, a start tells them apart.
  const start = startOf(pid)
  return started === null || start === null || start === started
}

/** When a process started, in the system's own words; null where it does not tell (only Linux does). */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in parentheses may hold anything; state is the first field after it, start the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? 'dead' : (fields[19] ?? null)
  } catch {
    return null
  }
}

function lockedError(file: string, lock: string): UserFacingError {
  const owner = readOwner(lock)
  const holder =
    owner === null
      ? 'Another process'
      : `Process ${owner.pid}${owner.host === hostname() ? '' : ` on ${owner.host}`}`
  const sentence = `${holder} is writing ${file}. Wait until it ends, or use another file (--cache); if it is gone, delete ${lock}.`
  return new UserFacingError('file-locked', sentence)
}
