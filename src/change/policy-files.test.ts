import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ChangeSettings } from '../schema/change-settings.ts'
import { policyFilesOf } from './policy-files.ts'
import type { ChangedFile } from './repository.ts'

const file = (path: string, status: ChangedFile['status'] = 'changed'): ChangedFile => ({
  path,
  status,
})
const settings = ChangeSettings.parse({ folder: 'flows/letters' })

test('globs of the policy name files, also those that begin with a dot', async () => {
  const files = ['.github/flow.yml', 'flows/letters/proofloop.config.ts', 'flows/letters/a.md']
  expect(
    await policyFilesOf(
      files.map((name) => file(name)),
      settings,
    ),
  ).toEqual(files.slice(0, 2))
})

test('to take tests away is for a custodian, and to move, change or add some is not', async () => {
  const gone = file('flows/letters/tests/deep/a.test.ts', 'removed')
  expect(await policyFilesOf([gone, file('flows/letters/a.md')], settings)).toEqual([gone.path])
  const moved = file('flows/letters/tests/b.test.mjs', 'added')
  expect(await policyFilesOf([gone, moved], settings)).toEqual([])
  expect(await policyFilesOf([moved], settings)).toEqual([])
  const kept = file('flows/letters/tests/b.test.ts')
  expect(await policyFilesOf([gone, kept], settings)).toEqual([])
  // What is no test stands for none.
  expect(
    await policyFilesOf([gone, file('flows/letters/tests/notes.md', 'added')], settings),
  ).toEqual([gone.path])
  expect(await policyFilesOf([file('other/tests/a.test.ts', 'removed')], settings)).toEqual([])
  const root = ChangeSettings.parse({})
  expect(await policyFilesOf([file('tests/a.test.js', 'removed')], root)).toEqual([
    'tests/a.test.js',
  ])
})

test('a file whose name is too long to be written counts, and stands for no test', async () => {
  const endless = file(`${'a/'.repeat(4000)}tests/a.test.ts`, 'added')
  expect(await policyFilesOf([endless], settings)).toEqual([endless.path])
  const gone = file('flows/letters/tests/a.test.ts', 'removed')
  const own = file(`flows/letters/tests/${'a/'.repeat(4000)}a.test.ts`, 'added')
  expect(await policyFilesOf([gone, own], settings)).toEqual([gone.path, own.path])
})

test('whatever else waits gets its turn while many files are gone through', async () => {
  let isOver = false
  const files = Array.from({ length: 1000 }, (_, n) => file(`a/${n}.md`))
  const all = policyFilesOf(files, settings).finally(() => (isOver = true))
  await setImmediate()
  await setImmediate()
  expect(isOver).toBe(false)
  expect(await all).toEqual([])
})
