import { open } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import { codeOf } from '../../lib/write-whole-file.ts'
import { newCustodianKeys } from '../../store/backup/custodian-key.ts'
import type { Io } from '../io.ts'

/** Makes a pair: the secret key goes to a new file, the public one is printed. */
export async function newCustodianKey({ secret }: { secret: string }, io: Io): Promise<number> {
  const { publicKey, secretKey } = newCustodianKeys()
  try {
    await using handle = await open(path.resolve(io.cwd, secret), 'wx', 0o600)
    await handle.writeFile(`${secretKey}\n`)
    await handle.sync()
  } catch (cause) {
    throw new UserFacingError(
      'custodian-key-not-written',
      `${printable(secret)} cannot be written (${codeOf(cause)}). A file that is there is never overwritten: choose another name with --secret.`,
      { cause },
    )
  }
  io.stdout.write(`${publicKey}\n`)
  io.stderr.write(`The secret key is in ${printable(secret)}: only custodians may have it.\n`)
  return 0
}
