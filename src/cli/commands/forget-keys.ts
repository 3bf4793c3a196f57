import path from 'node:path'
import { record } from '../../access/audit.ts'
import { isOwnAddresses } from '../../change/notify/own-addresses.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { count } from '../../schema/figure-words.ts'
import { findPlace, hasStore, storeMissing } from '../../store/find-store.ts'
import { openStore } from '../../store/open-store.ts'
import type { Io } from '../io.ts'
import type { DataOptions } from './backup.ts'
import { commandLine } from '../../schema/command-line.ts'

export type ForgetKeysOptions = DataOptions & { yes?: boolean }

/** What it means for people that a secret is lost. */
const consequences: Record<string, string> = {
  'audit-names':
    'The audit log has other names for what is hidden from now on: entries from before are not found by a SHA-256.',
  'gate-signing-key':
    'Receipts are signed with a new key from now on: keep the old public key for those from before.',
  'session-secret': 'Everybody has to sign in again.',
  'split-key':
    'A text that comes again may be drawn into another split: give hidden examples their split when you import them again.',
  'ready-webhook': 'Enter the webhook again under Settings.',
  'change-webhook': 'Enter the webhook for changes again under Settings.',
  'change-slack-webhook': 'Enter the address of Slack for changes again under Settings.',
}

function consequenceOf(name: string): string {
  if (isOwnAddresses(name)) {
    return 'Whoever was told of changes at an address of their own gives it again under Settings.'
  }
  return consequences[name] ?? `${name} is to be set again.`
}

/**
 * Gives up secrets whose master key is lost, so that a server starts again.
 * @returns 1 when nothing was changed, since nobody has said yes
 */
export async function forgetKeys({ data, yes }: ForgetKeysOptions, io: Io): Promise<number> {
  const dataFolder = path.resolve(io.cwd, data)
  const place = await findPlace({ dataFolder, databaseUrl: io.env['DATABASE_URL'] })
  if (!hasStore(place)) throw storeMissing(place)
  await using store = await openStore({ ...place, env: io.env, exclusive: true })
  const lost = await store.secrets.lost()
  if (lost.masters.length === 0) {
    throw new UserFacingError(
      'secrets-not-lost',
      'The master key here opens all secrets in the store: there is nothing to give up.',
    )
  }
  const what = `${count(lost.names.length, 'secret')} sealed with the master key ${lost.masters.join(', ')}, which is not here`
  const means = [...new Set(lost.names.map(consequenceOf))]
  if (yes !== true) {
    io.stdout.write(`${[`There are ${what}.`, ...means].join('\n')}\n`)
    io.stderr.write('Nothing was changed. If that key is lost for good, give --yes.\n')
    return 1
  }
  await record(store, commandLine, { action: 'secrets-given-up', subject: 'secrets' })
  const master = await store.secrets.forget(lost)
  io.stdout.write(
    `${[`Gave up ${what}. New ones are sealed with ${master}.`, ...means].join('\n')}\n`,
  )
  return 0
}
