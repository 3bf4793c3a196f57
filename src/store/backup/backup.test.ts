import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { runInProcess } from '../../../test/helpers/run-in-process.ts'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { bytesOf, chunks } from '../blobs/blob-contract.ts'
import { createFolderBlobs } from '../blobs/folder-blobs.ts'
import { openStore } from '../open-store.ts'
import type { Store } from '../store.ts'
import { contentOf, describeBackupContract, type BackupTestPlace } from './backup-contract.ts'
import { writeBackupFile, type BackupEntry } from './backup-file.ts'
import { fillHidden, fillMore, fillStore } from './backup-samples.ts'
import { newDocument } from '../store-samples.ts'
import { newestBackup } from './newest-backup.ts'
import { stepOf } from './snapshot.ts'
import { readMigrations } from '../migrate.ts'
import { restore } from './restore.ts'

async function createPlace(): Promise<BackupTestPlace & { folder: string }> {
  const place = await tempFolder()
  return {
    folder: place.folder,
    store: { dataFolder: place.path('.proofloop'), exclusive: false },
    blobs: await createFolderBlobs(place.path('.proofloop/blobs')),
    [Symbol.asyncDispose]: place[Symbol.asyncDispose],
  }
}

describeBackupContract('SQLite', createPlace, createPlace)

/** A folder with a small store and its backup `all.backup`. */
async function createBackup() {
  const place = await createPlace()
  {
    await using store = await openStore(place.store)
    await fillStore(store, place.blobs)
  }
  const command = await runInProcess(['backup', 'all.backup'], place.folder)
  return { ...place, file: `${place.folder}/all.backup`, command }
}

it('is made and restored by two commands', async () => {
  await using place = await createBackup()
  expect(place.command).toMatchObject({ exitCode: 0, stderr: '' })
  expect(place.command.stdout).toMatch(
    /^Backed up 1,4\d\d rows and 2 files to all\.backup\.\nWhoever has the file can read hidden rows, too/,
  )
  expect((await stat(place.file)).mode & 0o777).toBe(0o600)
  const restored = await runInProcess(['restore', 'all.backup', '--data', 'copy'], place.folder)
  expect(restored).toMatchObject({ exitCode: 0, stderr: '' })
  expect(restored.stdout).toMatch(
    /^Restored 1,4\d\d rows and 2 files from all\.backup to copy\.\n$/,
  )
  const copy = { ...place, store: { dataFolder: `${place.folder}/copy`, exclusive: false } }
  const made = (await contentOf(place)).tables
  const settings = made['settings']?.filter(({ key }) => key !== 'newest-backup')
  // What was written of the backup itself, it does not have.
  const audit_log = made['audit_log']?.filter(({ subject }) => subject !== 'backup')
  expect(made['audit_log']).toHaveLength((audit_log?.length ?? 0) + 1)
  expect((await contentOf(copy)).tables).toEqual({ ...made, settings, audit_log })
  const again = await runInProcess(['backup', 'all.backup'], place.folder)
  expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[backup-exists]') })
  const nothing = await runInProcess(['backup', 'b', '--data', 'other'], place.folder)
  expect(nothing.stderr).toContain('[store-missing]')
  const unwritable = await runInProcess(['backup', 'no/such/folder.backup'], place.folder)
  expect(unwritable.stderr).toContain('[backup-not-written]')
  expect((await contentOf(place)).tables['audit_log']).toEqual(made['audit_log'])
  expect((await readdir(place.folder)).toSorted()).toEqual(['.proofloop', 'all.backup', 'copy'])
})

it('seals hidden rows to a custodian by commands', async () => {
  await using place = await createPlace()
  {
    await using store = await openStore(place.store)
    await fillStore(store, place.blobs)
    await fillHidden(store, place.blobs)
    await fillMore(store, place.blobs)
  }
  const run = (...words: string[]) => runInProcess(words, place.folder)
  const made = await run('keys', 'custodian', 'new')
  expect(made).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('in custodian.key') })
  expect((await stat(`${place.folder}/custodian.key`)).mode & 0o777).toBe(0o600)
  const again = await run('keys', 'custodian', 'new')
  expect(again.stderr).toContain('[custodian-key-not-written]')
  const backup = await run('backup', 'b', '--to', made.stdout.trim())
  expect(backup).toMatchObject({ exitCode: 0, stderr: '' })
  // Of what is hidden, nothing is counted.
  expect(backup.stdout).toMatch(
    /^Backed up 1,4\d\d rows and 1 file to b\.\nHidden rows are in it, too,/,
  )
  const without = await run('restore', 'b', '--data', 'without')
  expect(without).toMatchObject({ exitCode: 0 })
  expect(without.stderr).toBe(
    "Hidden rows need the custodian's key: give its file with --custodian-key.\n",
  )
  const whole = await run('restore', 'b', '--data', 'whole', '--custodian-key', 'custodian.key')
  expect(whole).toMatchObject({ exitCode: 0, stderr: '' })
  expect(whole.stdout).toMatch(/^Restored 1,5\d\d rows and 3 files/)

  await run('keys', 'custodian', 'new', '--secret', 'other.key')
  const key = ['--custodian-key', 'other.key']
  const wrong = await run('restore', 'b', '--data', 'wrong', ...key)
  expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('-key-wrong]') })
  const none = await run('restore', 'b', '--data', 'wrong', '--custodian-key', 'none')
  expect(none.stderr).toContain('[custodian-key-not-readable]')
  const invalid = await run('backup', 'c', '--to', 'me')
  expect(invalid.stderr).toContain('[custodian-key-invalid]')
  const byEnvironment = await runInProcess(['backup', 'd'], place.folder, {
    env: { PROOFLOOP_CUSTODIAN_KEY: made.stdout.trim() },
  })
  expect(byEnvironment.stdout).toContain("for the custodian's key only")
  expect(await readdir(place.folder)).not.toContain('wrong')
})

it('restores without the key datasets that are what their hashes say', async () => {
  await using place = await createPlace()
  const run = (...words: string[]) => runInProcess(words, place.folder)
  const line = (id: string, split: string) =>
    JSON.stringify({ id, split, paragraphs: [`This is ${id}.`], issues: [] })
  const add = async (more: string[], ...lines: string[]) => {
    await writeFile(`${place.folder}/a.jsonl`, lines.join('\n'))
    return run('dataset', 'import', 'letters', 'a.jsonl', '--splits', 'given', ...more)
  }
  expect((await add([], line('a', 'evaluation'), line('b', 'test'))).exitCode).toBe(0)
  // What is open was there before once, and none of it is left now.
  expect((await add([], line('b', 'test'))).exitCode).toBe(0)
  const key = (await run('keys', 'custodian', 'new')).stdout.trim()
  expect((await run('backup', 'emptied', '--to', key)).exitCode).toBe(0)
  expect((await add(['--add'], line('c', 'evaluation'))).exitCode).toBe(0)
  expect((await run('backup', 'filled', '--to', key)).exitCode).toBe(0)
  for (const backup of ['emptied', 'filled']) {
    const data = ['--data', `from-${backup}`]
    expect((await run('restore', backup, ...data)).exitCode).toBe(0)
    const masterKey = `${place.folder}/from-${backup}/master.key`
    await copyFile(`${place.folder}/.proofloop/master.key`, masterKey)
    const check = await run('dataset', 'check', 'letters', ...data)
    expect(check).toMatchObject({ stdout: expect.stringContaining('its content is what') })
    expect(check.exitCode).toBe(0)
  }
  const there = ['--data', 'from-filled']
  const exported = await run('dataset', 'export', 'letters', '--to', 'own.jsonl', ...there)
  expect(exported.exitCode).toBe(0)
  const given = ['--splits', 'given', ...there]
  const again = await run('dataset', 'import', 'letters', 'own.jsonl', ...given)
  expect(again.stdout).toContain('No version was added.')
})

it('is not written with hidden rows in the open where several people are, unless asked to', async () => {
  await using place = await createPlace()
  const add = async (work: (store: Store) => Promise<void>): Promise<void> => {
    await using store = await openStore(place.store)
    await work(store)
  }
  const run = (...words: string[]) => runInProcess(words, place.folder)
  await add(async (store) => void (await store.documents.add(newDocument('open'))))
  using database = new DatabaseSync(`${place.folder}/.proofloop/proofloop.db`)
  for (const name of ['ann', 'bob']) {
    const values = `'${name}', '${name}', '${name}@example.org', 1, null, '["admin"]', '2026-09-21T00:00:00.000Z', '2026-09-21T00:00:00.000Z'`
    database.exec(`insert into people values (${values})`)
  }
  expect(await run('backup', 'nothing-hidden')).toMatchObject({ exitCode: 0, stderr: '' })
  await add(async (store) => {
    await store.documents.add(newDocument('hidden', { split: 'test' }))
  })
  const refused = await run('backup', 'refused')
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
  expect(refused.stderr).toMatch(/--to or PROOFLOOP_CUSTODIAN_KEY; --open .*\[backup-not-sealed\]/)
  const key = (await run('keys', 'custodian', 'new')).stdout.trim()
  expect(await run('backup', 'sealed', '--to', key)).toMatchObject({ exitCode: 0 })
  expect((await run('backup', 'both', '--open', '--to', key)).exitCode).toBe(2)
  expect(await readdir(place.folder)).not.toContain('refused')
  const told = async () => {
    await using store = await openStore(place.store)
    const entries = await store.audit.list({ action: 'exported', subject: 'backup', limit: 9 })
    return entries.map(({ actor, details }) => [actor, details])
  }
  const unsealed = ['command-line', '{"sealed":false}']
  const sealed = ['command-line', '{"sealed":true}']
  // Newest first: what was refused is not among them.
  expect(await told()).toEqual([sealed, unsealed])
  const open = await runInProcess(['backup', 'open', '--open'], place.folder, {
    env: { PROOFLOOP_CUSTODIAN_KEY: key },
  })
  expect(open).toMatchObject({ exitCode: 0, stderr: '' })
  expect(open.stdout).toContain('Whoever has the file can read hidden rows')
  expect(await told()).toEqual([unsealed, sealed, unsealed])
  database.exec("delete from people where id = 'bob'")
  expect(await run('backup', 'alone')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await told()).toEqual([unsealed, unsealed, sealed, unsealed])
  database.exec('create trigger full before insert on audit_log begin select raise(abort, 1); end')
  expect((await run('backup', 'untold')).exitCode).not.toBe(0)
  expect(await readdir(place.folder)).not.toContain('untold')
})

it('restores nothing from a file that is damaged, cut off or something else', async () => {
  await using place = await createBackup()
  const whole = await readFile(place.file)
  const flipped = (at: number): Buffer => {
    const bytes = Buffer.from(whole)
    bytes[at] = (bytes[at] ?? 0) ^ 4
    return bytes
  }
  const text = gunzipSync(whole).toString('utf8')
  const files = [
    flipped(0),
    flipped(5000),
    flipped(Math.floor(whole.length / 2)),
    flipped(whole.length - 6),
    whole.subarray(0, -9),
    whole.subarray(0, Math.floor(whole.length / 2)),
    Buffer.alloc(0),
    Buffer.from('a text'),
    gzipSync('a text\n'),
    gzipSync(text.replace('suggestedFix', 'suggestedFax')),
    gzipSync(text.split('\n').slice(0, -2).join('\n')),
    gzipSync(`${text}${text}`),
  ]
  for (const content of files) {
    await writeFile(place.file, content)
    await using target = await createPlace()
    const result = await runInProcess(['restore', place.file], target.folder)
    expect(result).toMatchObject({ exitCode: 2, stdout: '' })
    expect(result.stderr).toContain('Nothing was restored. [backup-damaged]')
    expect(await Array.fromAsync(target.blobs.list())).toEqual([])
    await using store = await openStore(target.store)
    expect(await store.documents.get('a')).toBeNull()
  }
  const missing = await runInProcess(['restore', 'missing'], place.folder)
  expect(missing.stderr).toContain('[backup-not-readable]')
})

async function craft(file: string, entries: BackupEntry[]): Promise<void> {
  const all = async function* () {
    yield* entries
    return { rows: 0, files: 0 }
  }
  await writeBackupFile({ file, signal: new AbortController().signal }, all())
}

const start = (steps: string[]): BackupEntry => {
  return { is: 'start', format: 'proofloop-backup-1', createdAt: 0, steps }
}

it('restores nothing of a newer version', async () => {
  await using place = await createPlace()
  const file = `${place.folder}/newer.backup`
  await craft(file, [start(['001-settings', '999-the-future'])])
  const result = await runInProcess(['restore', file], place.folder)
  expect(result.exitCode).toBe(2)
  expect(result.stderr).toMatch(
    /newer Proofloop \(its tables have 999-the-future.*\[backup-newer\]/,
  )
  expect(await readdir(place.folder)).toEqual(['newer.backup'])
})

it('restores what an older version made, and brings its tables up to date', async () => {
  await using place = await createPlace()
  const file = `${place.folder}/older.backup`
  await craft(file, [
    start(['001-settings']),
    { is: 'table', name: 'settings', columns: ['key', 'value', 'updated_at'] },
    { is: 'rows', rows: [['split-key', '"secret"', 5]] },
  ])
  await restore({ ...place.store, blobs: place.blobs }, { file, now: 1 })
  await using store = await openStore(place.store)
  expect(await store.settings.get('split-key')).toBe('secret')
  expect(await store.documents.get('a')).toBeNull()
})

it('undoes everything when the last part of a backup cannot be restored', async () => {
  await using place = await createPlace()
  const kept = await place.blobs.put(chunks(Buffer.from('was there')))
  const file = `${place.folder}/odd.backup`
  const steps = (await readMigrations('sqlite')).map(({ name }) => stepOf(name))
  const bytes = Buffer.from('a file').toString('base64')
  const others: BackupEntry[] = []
  for (const content of ['a file', 'was there']) {
    const chunk = Buffer.from(content).toString('base64')
    const { sha256 } = await place.blobs.put(chunks(Buffer.from(content)))
    if (sha256 !== kept.sha256) await place.blobs.delete(sha256)
    others.push(
      { is: 'file', sha256 },
      { is: 'chunk', bytes: chunk },
      { is: 'file-end', whole: true },
    )
  }
  await craft(file, [
    start(steps),
    { is: 'table', name: 'settings', columns: ['key', 'value', 'updated_at'] },
    { is: 'rows', rows: [['split-key', '"secret"', 5]] },
    ...others,
    { is: 'file', sha256: 'f'.repeat(64) },
    { is: 'chunk', bytes },
    { is: 'file-end', whole: true },
  ])
  const target = { ...place.store, blobs: place.blobs }
  await expect(restore(target, { file, now: 1 })).rejects.toMatchObject({ code: 'backup-damaged' })
  expect(await Array.fromAsync(place.blobs.list())).toEqual([kept.sha256])
  await using store = await openStore(place.store)
  expect(await store.settings.get('split-key')).toBeUndefined()
})

it('leaves out a stored file that is damaged, and says so', async () => {
  await using place = await createPlace()
  await using store = await openStore(place.store)
  const { sha256 } = await place.blobs.put(chunks(Buffer.from('damaged later')))
  const good = await place.blobs.put(chunks(Buffer.from('good')))
  const stored = `${place.store.dataFolder}/blobs/${sha256.slice(0, 2)}/${sha256}`
  await writeFile(stored, 'damaged now!!')
  await store.settings.put('a', 1)
  const made = await runInProcess(['backup', 'b'], place.folder)
  expect(made).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('Backed up 1 row and 1 file to b.\n'),
  })
  expect(made.stderr).toContain(`the stored file ${sha256} is damaged`)
  await using target = await createPlace()
  const options = { file: `${place.folder}/b`, now: 1 }
  const restored = await restore({ ...target.store, blobs: target.blobs }, options)
  expect(restored).toMatchObject({ files: 1, damagedFiles: [sha256] })
  expect(await Array.fromAsync(target.blobs.list())).toEqual([good.sha256])
  expect((await bytesOf(await target.blobs.get(good.sha256))).toString()).toBe('good')
})

it('counts damaged files among what is sealed, and names them to the custodian who restores it', async () => {
  await using place = await createPlace()
  const run = (...args: string[]) => runInProcess(args, place.folder)
  const { sha256 } = await place.blobs.put(chunks(Buffer.from('of no open document')))
  {
    await using store = await openStore(place.store)
    await store.settings.put('a', 1)
  }
  await writeFile(`${place.store.dataFolder}/blobs/${sha256.slice(0, 2)}/${sha256}`, 'damaged')
  const key = (await run('keys', 'custodian', 'new')).stdout.trim()
  const made = await run('backup', 'b', '--to', key)
  expect([made.exitCode, made.stderr]).toEqual([
    1,
    'Left out: a damaged file of what is sealed. The custodian learns its name with proofloop restore. [blob-damaged]\n',
  ])
  await using store = await openStore(place.store)
  expect(await newestBackup(store)).toMatchObject({ files: 0, damagedFiles: 1 })

  const without = await run('restore', 'b', '--data', 'some')
  expect([without.exitCode, without.stderr]).toEqual([0, expect.not.stringContaining('damaged')])
  const whole = await run('restore', 'b', '--data', 'whole', '--custodian-key', 'custodian.key')
  expect([whole.exitCode, whole.stderr]).toEqual([
    1,
    `Left out: the stored file ${sha256} was damaged when it was backed up. Upload it again. [blob-damaged]\n`,
  ])
})
