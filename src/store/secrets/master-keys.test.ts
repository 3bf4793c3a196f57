import { randomBytes } from 'node:crypto'
import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { masterKeysOf } from './master-keys.ts'

const text = randomBytes(32)
const invalid = { name: 'UserFacingError', code: 'master-key-invalid' }

test('is made at first use, in a file of its owner, once by several that start together', async () => {
  await using folder = await tempFolder()
  const dataFolder = folder.path('.proofloop')
  const keys = masterKeysOf({ dataFolder })
  expect(await keys.read()).toEqual([])
  const made = await Promise.all(
    Array.from({ length: 8 }, () => masterKeysOf({ dataFolder }).ensure()),
  )
  expect(new Set(made.map(({ id }) => id)).size).toBe(1)
  expect((await stat(`${dataFolder}/master.key`)).mode & 0o777).toBe(0o600)
  expect(await readFile(`${dataFolder}/.gitignore`, 'utf8')).toBe('*\n')
  expect((await keys.read())[0]?.key).toHaveLength(32)
})

test('is not used when others may read it', async () => {
  await using folder = await tempFolder()
  const keys = masterKeysOf({ dataFolder: folder.folder })
  await keys.ensure()
  await chmod(folder.path('master.key'), 0o640)
  await expect(keys.read()).rejects.toMatchObject({ code: 'master-key-open' })
})

test('stays beside a new one until that is in use', async () => {
  await using folder = await tempFolder()
  const keys = masterKeysOf({ dataFolder: folder.folder })
  const old = await keys.ensure()
  await keys.renew()
  const [fresh, second] = await keys.read()
  expect(second).toEqual(old)
  await keys.retire([fresh?.id ?? ''])
  expect(await keys.read()).toEqual([fresh])
})

test('is taken from the environment or a file, in base64 or hex', async () => {
  await using folder = await tempFolder({
    'key.txt': `${text.toString('hex')}\n${randomBytes(32).toString('base64')}\n`,
  })
  const read = (env: Record<string, string>) =>
    masterKeysOf({ dataFolder: folder.folder, env }).read()
  const [key] = await read({ PROOFLOOP_MASTER_KEY: text.toString('base64') })
  expect(Buffer.from(key?.key ?? '')).toEqual(text)
  expect(await read({ PROOFLOOP_MASTER_KEY: text.toString('base64url') })).toEqual([key])
  expect(await read({ PROOFLOOP_MASTER_KEY: text.toString('hex') })).toEqual([key])
  const both = await read({ PROOFLOOP_MASTER_KEY_FILE: folder.path('key.txt') })
  expect(both).toHaveLength(2)
  expect(both[0]).toEqual(key)
})

test('is refused when it is no key, and never told', async () => {
  await using folder = await tempFolder()
  for (const value of ['secret', text.toString('hex').slice(2), `${text.toString('base64')}AAAA`]) {
    const keys = masterKeysOf({ dataFolder: folder.folder, env: { PROOFLOOP_MASTER_KEY: value } })
    await expect(keys.ensure()).rejects.toMatchObject(invalid)
    await expect(keys.ensure()).rejects.not.toThrow(value)
  }
  await writeFile(folder.path('empty'), '\n')
  const PROOFLOOP_MASTER_KEY_FILE = folder.path('empty')
  const empty = masterKeysOf({ dataFolder: folder.folder, env: { PROOFLOOP_MASTER_KEY_FILE } })
  await expect(empty.ensure()).rejects.toMatchObject(invalid)
  const missing = { PROOFLOOP_MASTER_KEY_FILE: folder.path('missing') }
  const none = masterKeysOf({ dataFolder: folder.folder, env: missing })
  await expect(none.read()).rejects.toMatchObject({ code: 'master-key-unreadable' })
  const two = { PROOFLOOP_MASTER_KEY: text.toString('hex'), PROOFLOOP_MASTER_KEY_FILE: 'x' }
  expect(() => masterKeysOf({ dataFolder: folder.folder, env: two })).toThrow('not both')
})
