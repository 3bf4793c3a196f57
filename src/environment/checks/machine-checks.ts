import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { open, rm, statfs } from 'node:fs/promises'
import { availableParallelism, tmpdir, totalmem } from 'node:os'
import path from 'node:path'
import type { Isolation } from '../../flow/isolate/isolation.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { codeOf } from '../../lib/write-whole-file.ts'
import { type Check, fail, pass } from '../check.ts'

const mega = 2 ** 20

const disk: Check = {
  name: 'disk',
  needs: [],
  async run({ dataFolder, environment }) {
    await writeAndForget(dataFolder, 'the data folder')
    await writeAndForget(tmpdir(), 'the folder for temporary files (TMPDIR)')
    const { bavail, bsize } = await statfs(dataFolder)
    const free = Math.floor((bavail * bsize) / mega)
    const { freeDiskMb } = environment.capacity
    if (free >= freeDiskMb) return pass(`${inMega(free)} are free, and files can be written.`)
    return fail(
      `${inMega(free)} are free where the data are; capacity.freeDiskMb asks for ${inMega(freeDiskMb)}.`,
      'Free some space, or move the data folder to a larger disk.',
    )
  },
}

async function writeAndForget(folder: string, name: string): Promise<void> {
  const file = path.join(folder, `.proofloop-doctor-${randomUUID()}`)
  try {
    await using handle = await open(file, 'wx', 0o600)
    await handle.writeFile('doctor')
    await handle.sync()
  } catch (cause) {
    throw new UserFacingError(
      'folder-not-writable',
      `Nothing can be written to ${name} (${codeOf(cause)}). Check that it is there, its rights and the disk.`,
      { cause },
    )
  } finally {
    await rm(file, { force: true }).catch(ignoreUnwritten)
  }
}

/** Where nothing could be written there is nothing to remove, and the folder may be none. */
function ignoreUnwritten(error: unknown): void {
  if (codeOf(error) !== 'ENOTDIR') throw error
}

const capacity: Check = {
  name: 'capacity',
  needs: [],
  async run({ environment }) {
    const { processors, memoryMb } = environment.capacity
    const has = { processors: availableParallelism(), memoryMb: memoryHere() }
    const lacking = [
      ...(has.processors < processors ? [`${has.processors} of ${processors} processors`] : []),
      ...(has.memoryMb < memoryMb
        ? [`${inMega(has.memoryMb)} of ${inMega(memoryMb)} of memory`]
        : []),
    ]
    if (lacking.length === 0) {
      return pass(
        `The machine has ${has.processors} processors and ${inMega(has.memoryMb)} of memory.`,
      )
    }
    return fail(
      `The machine has only ${lacking.join(' and ')} that capacity asks for.`,
      'Give the machine or container more, or ask for less in proofloop.config.ts.',
    )
  },
}

/** Of the container, where there is a limit. */
function memoryHere(): number {
  const limit = process.constrainedMemory()
  const all = totalmem()
  return Math.floor((limit > 0 ? Math.min(limit, all) : all) / mega)
}

function inMega(megabytes: number): string {
  return `${megabytes.toLocaleString('en')} MB`
}

const isolation: Check = {
  name: 'isolation',
  needs: [],
  limit: 90_000,
  async run({ dataFolder, environment, isolation: find }) {
    // What flows try to read is put there.
    if (existsSync(dataFolder)) await writeAndForget(dataFolder, 'the data folder')
    const found = await find()
    const told = `${levelInWords(found)} ${boundaries[found.boundary]}`
    if (found.isolation === 'os' || environment.isolation === 'process') return pass(told)
    const advice = found.advice === null ? '' : `${found.advice} `
    return fail(
      told,
      `${advice}Namespaces need sysctl kernel.unprivileged_userns_clone=1, in a container its seccomp profile, or a gate worker (--gate-socket). Or set isolation to process, where all who change flows are trusted.`,
    )
  },
}

function levelInWords({ isolation: level, tools, areInTurns }: Isolation): string {
  if (level === 'process') return 'Level process: a flow has a network.'
  const turns = areInTurns === true ? ', and runs in a gate alone, one version at a time' : ''
  return `Level os, by ${toolsInWords[tools]}: a flow has no network and no files${turns}.`
}

const toolsInWords: Record<Isolation['tools'], string> = {
  bubblewrap: 'bubblewrap',
  namespaces: 'unshare',
  'gate-worker': 'a gate worker',
  none: 'Node',
}

const boundaries: Record<Isolation['boundary'], string> = {
  users: 'Boundary users: author and server are two users of the system.',
  none: 'Boundary none: author and server may be one user of the system.',
}

export const machineChecks: Check[] = [disk, capacity, isolation]
