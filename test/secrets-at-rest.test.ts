import { readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createAccounts } from '../src/access/accounts.ts'
import { hiddenNames } from '../src/access/hidden-names.ts'
import { ensureFirstPerson } from '../src/access/membership.ts'
import { writeChangeWebhooks } from '../src/change/notify/notification-settings.ts'
import { writeOwnAddresses } from '../src/change/notify/own-addresses.ts'
import {
  readReadyWebhook,
  sealReadyWebhook,
  writeReviewSettings,
} from '../src/review/review-settings.ts'
import { ensureSigningKey } from '../src/gate/signing-key.ts'
import { ensureSplitKey } from '../src/review/split-key.ts'
import { openStore } from '../src/store/open-store.ts'
import type { Store } from '../src/store/store.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'
import { serverProcess } from './helpers/server-process.ts'
import { testServer } from './helpers/test-server.ts'

const webhook = 'https://hooks.example.org/canary-7d1e9b20'

/** Everything that an installation knows and the database must not tell. */
async function fillWithSecrets(store: Store): Promise<string[]> {
  const accounts = await createAccounts({ store, url: 'http://localhost' })
  const { id } = await ensureFirstPerson({ accounts, store })
  const { token } = await accounts.passwordToken(id, 60_000)
  await writeReviewSettings(store, { readyWebhook: webhook })
  return [
    'canary-7d1e9b20',
    token,
    await ensureSplitKey(store),
    String(await store.secrets.get('session-secret')),
  ]
}

/** Where people are told of changes: all, and two of them elsewhere. */
async function fillWithAddresses(store: Store): Promise<void> {
  await writeChangeWebhooks(store, {
    changeWebhook: webhook,
    changeSlackWebhook: 'https://slack.example.org/all',
  })
  for (const person of ['ann', 'bob']) {
    await writeOwnAddresses(store, person, { slack: `https://slack.example.org/${person}` })
  }
}

/** The bytes of a folder's files, but of the master key; gzip files as what is in them. */
async function bytesIn(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'master.key')
  const contents = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const bytes = await readFile(path.join(parentPath, name))
      return name.endsWith('.backup') ? gunzipSync(bytes) : bytes
    }),
  )
  return Buffer.concat(contents)
}

function found(bytes: Buffer, secrets: string[]): string[] {
  return secrets.filter((secret) => bytes.includes(secret))
}

test('no secret is in the database files nor in a backup', async () => {
  await using folder = await tempFolder()
  const dataFolder = folder.path('.proofloop')
  await using store = await openStore({ dataFolder, exclusive: false })
  const secrets = await fillWithSecrets(store)
  await store.settings.put('plain', 'canary-in-plain')
  expect(secrets.filter((secret) => secret.length < 15)).toEqual([])
  const made = await runInProcess(['backup', 'all.backup'], folder.folder)
  expect(made.exitCode).toBe(0)
  const bytes = await bytesIn(folder.folder)
  // It finds what is there: twice, in the database's log and in the backup.
  expect(found(bytes, ['canary-in-plain'])).toEqual(['canary-in-plain'])
  expect(found(bytes, secrets)).toEqual([])
})

test('secrets that an older version kept in plain text are sealed and overwritten', async () => {
  await using folder = await tempFolder()
  const dataFolder = folder.path('.proofloop')
  const old = ['old-session-secret-5f', 'old-split-key-a1', 'canary-7d1e9b20']
  {
    await using store = await openStore({ dataFolder })
    await store.settings.put('session-secret', old[0])
    await store.settings.put('split-key', old[1])
    await store.settings.put('reviews', { randomShare: 0.5, readyWebhook: webhook })
  }
  expect(found(await bytesIn(dataFolder), old)).toEqual(old)
  {
    await using store = await openStore({ dataFolder })
    await createAccounts({ store, url: 'http://localhost' })
    expect(await ensureSplitKey(store)).toBe(old[1])
    await sealReadyWebhook(store)
    await sealReadyWebhook(store)
    expect(await readReadyWebhook(store)).toBe(webhook)
    expect(await store.settings.get('reviews')).toEqual({ randomShare: 0.5 })
  }
  expect(found(await bytesIn(dataFolder), old)).toEqual([])
})

test('keys rotate seals anew what a running server goes on reading', async () => {
  await using folder = await tempFolder()
  const dataFolder = folder.path('.proofloop')
  const nothing = await runInProcess(['keys', 'rotate'], folder.folder)
  expect(nothing).toMatchObject({ exitCode: 2 })
  expect(nothing.stderr).toContain('[store-missing]')
  await using store = await openStore({ dataFolder })
  await store.secrets.put('ready-webhook', webhook)
  const before = await readFile(`${dataFolder}/master.key`, 'utf8')
  const rotated = await runInProcess(['keys', 'rotate'], folder.folder)
  expect(rotated).toMatchObject({ exitCode: 0, stderr: '' })
  expect(rotated.stdout).toMatch(
    /^Sealed 1 secret anew, under the new master key [0-9a-f]{16}\.\n$/,
  )
  const after = await readFile(`${dataFolder}/master.key`, 'utf8')
  expect(after).not.toContain(before.trim())
  expect(after.trim().split('\n')).toHaveLength(1)
  expect(await store.secrets.get('ready-webhook')).toBe(webhook)
  expect(await store.audit.list({ limit: 9 })).toMatchObject([
    { actor: 'command-line', action: 'secret-keys-rotated' },
  ])
})

test('a session that is read from the database signs nobody in', async () => {
  await using server = await testServer()
  const { rows } = await sql<{ token: string }>`select token from sessions`.execute(
    server.store.accountTables.db,
  )
  const [name = ''] = server.cookie.split('=')
  expect(server.cookie).toContain(`${rows[0]?.token}`)
  expect((await server.solo('GET', '/api/me')).status).toBe(200)
  for (const value of [rows[0]?.token, `${rows[0]?.token}.${'A'.repeat(43)}%3D`]) {
    expect((await server.as(`${name}=${value}`)('GET', '/api/me')).status).toBe(401)
  }
})

test('a server whose master key is lost says so at its start, and starts once the secrets are given up', async () => {
  await using folder = await tempFolder()
  const dataFolder = folder.path('.proofloop')
  const run = (...words: string[]) => runInProcess(words, folder.folder)
  {
    await using store = await openStore({ dataFolder })
    await fillWithSecrets(store)
    await ensureSigningKey(store)
    await hiddenNames(store)
    await fillWithAddresses(store)
    await store.secrets.put('of-a-newer-version', 1)
    const accounts = await createAccounts({ store, url: 'http://localhost' })
    await accounts.signIn((await store.people.list())[0]?.id ?? '')
  }
  const notLost = await run('keys', 'forget', '--yes')
  expect(notLost).toMatchObject({ exitCode: 2 })
  expect(notLost.stderr).toContain('[secrets-not-lost]')
  await rm(`${dataFolder}/master.key`)

  const start = await run('start', '--port', '0')
  expect(start).toMatchObject({ exitCode: 2 })
  expect(start.stderr).toMatch(
    /sealed with the master key [0-9a-f]{16}, and there is none here\. .* If it is lost for good, proofloop keys forget .*\[master-key-missing\]/,
  )
  const asked = await run('keys', 'forget')
  expect(asked).toMatchObject({ exitCode: 1 })
  expect(asked.stdout).toContain('There are 10 secrets sealed with the master key')
  expect(asked.stdout.trimEnd().split('\n').slice(1)).toEqual([
    'The audit log has other names for what is hidden from now on: entries from before are not found by a SHA-256.',
    'Whoever was told of changes at an address of their own gives it again under Settings.',
    'Enter the address of Slack for changes again under Settings.',
    'Enter the webhook for changes again under Settings.',
    'Receipts are signed with a new key from now on: keep the old public key for those from before.',
    'of-a-newer-version is to be set again.',
    'Enter the webhook again under Settings.',
    'Everybody has to sign in again.',
    'A text that comes again may be drawn into another split: give hidden examples their split when you import them again.',
  ])
  expect(asked.stderr).toContain('Nothing was changed.')
  expect((await run('start', '--port', '0')).exitCode).toBe(2)

  const done = await run('keys', 'forget', '--yes')
  expect(done).toMatchObject({ exitCode: 0, stderr: '' })
  expect(done.stdout).toMatch(/^Gave up 10 secrets .* New ones are sealed with [0-9a-f]{16}\.\n/)
  expect(done.stdout).toContain('Enter the webhook again under Settings.')
  await using store = await openStore({ dataFolder })
  expect(await readReadyWebhook(store)).toBeNull()
  expect(await ensureSplitKey(store)).toMatch(/^[0-9a-f]{64}$/)
  expect(await store.people.list()).toHaveLength(1)
  await createAccounts({ store, url: 'http://localhost' })
  expect(await store.audit.list({ limit: 1 })).toMatchObject([
    { actor: 'command-line', action: 'secrets-given-up' },
  ])
})

test('docs/security.md shows what keys rotate and forget say of a server that was started', async () => {
  const guide = await readFile(path.resolve(import.meta.dirname, '../docs/security.md'), 'utf8')
  const shown = [...guide.matchAll(/^\$ npx proofloop (keys .*)\n((?:[^$`].*\n)+)/gmu)]
  await using folder = await tempFolder()
  const data = folder.path('.proofloop')
  await using server = await serverProcess(['--port', '0', '--data', data], { cwd: folder.folder })
  await server[Symbol.asyncDispose]()
  const withoutIds = (text: string) => text.replaceAll(/[0-9a-f]{16}/gu, 'ID')
  for (const [, command = '', said = ''] of shown) {
    if (command === 'keys forget') await rm(`${data}/master.key`)
    const { stdout, stderr } = await runInProcess(command.split(' '), folder.folder)
    expect([command, withoutIds(stdout + stderr)]).toEqual([command, withoutIds(said)])
  }
  expect(shown.map(([, command]) => command)).toEqual([
    'keys rotate',
    'keys forget',
    'keys forget --yes',
  ])
})
