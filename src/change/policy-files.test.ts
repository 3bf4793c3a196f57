import { expect, test } from 'vitest'
import { ChangeSettings } from '../schema/change-settings.ts'
import { policyFilesOf } from './policy-files.ts'
import type { ChangedFile } from './repository.ts'

const file = (path: string, status: ChangedFile['status'] = 'changed'): ChangedFile => ({
  path,
  status,
})
const settings = ChangeSettings.parse({ folder: 'flows/letters' })

test('globs of the policy name files, also those that begin with a dot', () => {
  const files = ['.github/flow.yml', 'flows/letters/proofloop.config.ts', 'flows/letters/a.md']
  expect(
    policyFilesOf(
      files.map((name) => file(name)),
      settings,
    ),
  ).toEqual(files.slice(0, 2))
})

test('to take tests away is for a custodian, and to move, change or add some is not', () => {
  const gone = file('flows/letters/tests/deep/a.test.ts', 'removed')
  expect(policyFilesOf([gone, file('flows/letters/a.md')], settings)).toEqual([gone.path])
  const moved = file('flows/letters/tests/b.test.mjs', 'added')
  expect(policyFilesOf([gone, moved], settings)).toEqual([])
  expect(policyFilesOf([moved], settings)).toEqual([])
  const kept = file('flows/letters/tests/b.test.ts')
  expect(policyFilesOf([gone, kept], settings)).toEqual([])
  // What is no test stands for none.
  expect(policyFilesOf([gone, file('flows/letters/tests/notes.md', 'added')], settings)).toEqual([
    gone.path,
  ])
  expect(policyFilesOf([file('other/tests/a.test.ts', 'removed')], settings)).toEqual([])
  const root = ChangeSettings.parse({})
  expect(policyFilesOf([file('tests/a.test.js', 'removed')], root)).toEqual(['tests/a.test.js'])
})
