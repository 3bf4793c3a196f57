import { Readable } from 'node:stream'
import { createGunzip, createGzip } from 'node:zlib'
import { UserFacingError } from '../../lib/errors.ts'
import { BackupDamage, BackupEntry, splitLines } from './backup-file.ts'
import { openSealed } from './custodian-key.ts'
import { openFrames, sealFrames } from './sealed-frames.ts'

type Entries = AsyncGenerator<BackupEntry, void>

/** The entries that only a custodian may have, as lines of the backup. */
export async function* sealed(key: Uint8Array, entries: AsyncIterable<BackupEntry>): Entries {
  const lines = async function* (): AsyncGenerator<string> {
    for await (const entry of entries) yield `${JSON.stringify(entry)}\n`
  }
  for await (const frame of sealFrames(key, through(Readable.from(lines()), createGzip()))) {
    yield { is: 'sealed', bytes: Buffer.from(frame).toString('base64') }
  }
}

/**
 * The entries of a backup with those that were sealed, which are left out without a key.
 * @throws UserFacingError custodian-key-invalid, custodian-key-wrong
 */
export async function* unsealed(entries: Entries, secretKey: string | null): Entries {
  let key: Uint8Array | null = null
  let isRewritten = false
  for (;;) {
    const { value: entry, done } = await entries.next()
    if (done === true) return
    if (entry.is === 'start' && entry.sealed !== undefined && secretKey !== null) {
      key = openSealed(secretKey, entry.sealed)
      if (key === null) throw otherKey()
    }
    if (entry.is === 'table') isRewritten = entry.rewritten === true
    // With the key they come as they were.
    if (entry.is === 'rows' && isRewritten && key !== null) continue
    if (entry.is !== 'sealed') yield entry
    else if (key !== null) yield* opened(key, framesFrom(entry.bytes, entries))
  }
}

async function* opened(key: Uint8Array, frames: AsyncIterable<Uint8Array>): Entries {
  const bytes = through(Readable.from(openFrames(key, frames)), createGunzip())
  for await (const text of splitLines(bytes)) yield BackupEntry.parse(JSON.parse(text))
}

/** What is sealed stands at the end. */
async function* framesFrom(first: string, entries: Entries): AsyncGenerator<Uint8Array> {
  yield Buffer.from(first, 'base64')
  for await (const entry of entries) {
    if (entry.is !== 'sealed') throw new BackupDamage(`A ${entry.is} among what is sealed.`)
    yield Buffer.from(entry.bytes, 'base64')
  }
}

async function* through(
  source: Readable,
  change: ReturnType<typeof createGzip | typeof createGunzip>,
): AsyncGenerator<Uint8Array> {
  source.on('error', (error) => change.destroy(error))
  try {
    for await (const chunk of source.pipe(change)) yield chunk as Uint8Array
  } finally {
    source.destroy()
    change.destroy()
  }
}

function otherKey(): UserFacingError {
  return new UserFacingError(
    'custodian-key-wrong',
    "The backup was sealed to another custodian's key. Nothing was restored.",
  )
}
