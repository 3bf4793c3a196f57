import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import type { SealKey } from '../../lib/seal.ts'
import { syncFolder } from '../../lib/sync-folder.ts'
import { codeOf } from '../../lib/write-whole-file.ts'
import { makeDataFolder } from '../sqlite/data-folder.ts'

/** Seals the keys of secrets; kept outside the database and its backups. */
export type MasterKeys = {
  /**
   * Newest first; what older ones sealed is read until it is sealed anew. Empty: none was ever made.
   * @throws UserFacingError master-key-invalid, master-key-unreadable, master-key-open
   */
  read(): Promise<SealKey[]>
  /** The newest; made when there is none. @throws UserFacingError as `read` */
  ensure(): Promise<SealKey>
  /** Puts a new one before those that are there; where an operator puts them, they have done it. */
  renew(): Promise<void>
  /** All but those that are in use go; where an operator puts them, they do it. */
  retire(inUse: string[]): Promise<void>
}

type Place = { dataFolder: string; env?: Record<string, string | undefined> }

const keyBytes = 32

/** As an operator says it (`PROOFLOOP_MASTER_KEY`, `…_FILE`), else in the data folder. */
export function masterKeysOf({ dataFolder, env = {} }: Place): MasterKeys {
  const { PROOFLOOP_MASTER_KEY: text = '', PROOFLOOP_MASTER_KEY_FILE: file = '' } = env
  const previous = env['PROOFLOOP_MASTER_KEY_PREVIOUS'] ?? ''
  if (text !== '' && file !== '') {
    throw new UserFacingError(
      'master-key-invalid',
      'Set PROOFLOOP_MASTER_KEY or PROOFLOOP_MASTER_KEY_FILE, not both.',
    )
  }
  if (text !== '') return given(async () => [text], previous)
  if (file !== '') return given(async () => linesOf(await readGiven(file)), previous)
  return inFile(path.join(dataFolder, 'master.key'), () => makeDataFolder(dataFolder))
}

function given(read: () => Promise<string[]>, previous: string): MasterKeys {
  const all = async (): Promise<SealKey[]> => {
    const lines = [...(await read()), ...(previous === '' ? [] : [previous])]
    return lines.map(keyOf)
  }
  return {
    read: all,
    async ensure() {
      const [first] = await all()
      if (first === undefined) throw invalid()
      return first
    },
    async renew() {},
    async retire() {},
  }
}

function inFile(file: string, makeFolder: () => Promise<void>): MasterKeys {
  const read = async (): Promise<SealKey[]> => {
    const text = await readOwn(file)
    return text === null ? [] : linesOf(text).map(keyOf)
  }
  const replace = async (keys: SealKey[]): Promise<void> => {
    const draft = await writeDraft(file, keys)
    await rename(draft, file)
    await syncFolder(path.dirname(file))
  }
  return {
    read,
    async ensure() {
      const [known] = await read()
      if (known !== undefined) return known
      await makeFolder()
      const draft = await writeDraft(file, [newKey()])
      // Of two that make one at once, the first wins; a reader never sees half a file.
      await link(draft, file).catch((error: unknown) => {
        if (codeOf(error) !== 'EEXIST') throw error
      })
      await rm(draft)
      await syncFolder(path.dirname(file))
      const [made] = await read()
      if (made === undefined) throw invalid()
      return made
    },
    renew: async () => replace([newKey(), ...(await read())]),
    retire: async (inUse) => replace((await read()).filter(({ id }) => inUse.includes(id))),
  }
}

async function writeDraft(file: string, keys: SealKey[]): Promise<string> {
  const draft = `${file}.${randomUUID()}.tmp`
  await using handle = await open(draft, 'wx', 0o600)
  const lines = keys.map(({ key }) => `${Buffer.from(key).toString('base64')}\n`)
  await handle.writeFile(lines.join(''))
  await handle.sync()
  return draft
}

function newKey(): SealKey {
  const key = randomBytes(keyBytes)
  return { id: idOf(key), key }
}

/** Tells keys apart and tells nothing about them. */
function idOf(key: Uint8Array): string {
  return createHash('sha256').update('proofloop-master-key').update(key).digest('hex').slice(0, 16)
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}

function keyOf(text: string): SealKey {
  const trimmed = text.trim()
  const key = /^[0-9a-f]{64}$/i.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : Buffer.from(/^[\w+/-]{43}=?$/.test(trimmed) ? trimmed : '', 'base64')
  if (key.length !== keyBytes) throw invalid()
  return { id: idOf(key), key }
}

function invalid(): UserFacingError {
  return new UserFacingError(
    'master-key-invalid',
    'The master key must be 32 random bytes in base64 or hex, as `openssl rand -base64 32` makes them.',
  )
}

async function readGiven(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw unreadable(file, cause)
  })
}

/** Null when there is none. */
async function readOwn(file: string): Promise<string | null> {
  try {
    const { mode } = await stat(file)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new UserFacingError(
        'master-key-open',
        `Others than its owner may read ${file}. Run chmod 600 on it, and proofloop keys rotate if somebody may have.`,
      )
    }
    return await readFile(file, 'utf8')
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null
    if (cause instanceof UserFacingError) throw cause
    throw unreadable(file, cause)
  }
}

function unreadable(file: string, cause: unknown): UserFacingError {
  return new UserFacingError(
    'master-key-unreadable',
    `The master key in ${file} cannot be read (${codeOf(cause)}). Check the path and its rights.`,
    { cause },
  )
}
