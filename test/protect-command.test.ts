import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const execute = promisify(execFile)
const person = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org']

test('change protect writes hooks that refuse a push, and says where', async () => {
  await using place = await tempFolder()
  const { folder } = place
  const git = (...args: string[]) => execute('git', [...person, ...args], { cwd: folder })
  await git('init', '--quiet', '--initial-branch=main', 'work')
  await git('-C', 'work', 'commit', '--quiet', '--allow-empty', '--message', 'One')
  await git('clone', '--quiet', '--bare', 'work', 'bare.git')
  const options = ['--repository', 'bare.git', '--json']
  const { exitCode, stdout } = await runInProcess(['change', 'protect', ...options], folder)
  expect([exitCode, JSON.parse(stdout)]).toEqual([
    0,
    {
      branch: 'main',
      hooks: [
        expect.stringMatching(/bare\.git\/hooks\/update$/),
        expect.stringMatching(/bare\.git\/hooks\/reference-transaction$/),
      ],
    },
  ])
  await git('-C', 'work', 'commit', '--quiet', '--allow-empty', '--message', 'Two')
  const pushing = git('-C', 'work', 'push', '--quiet', '../bare.git', 'HEAD:main')
  await expect(pushing).rejects.toThrow('refs/heads/main is protected')
})

test('change protect refuses a repository with its files, in a sentence', async () => {
  await using place = await tempFolder()
  await execute('git', ['init', '--quiet'], { cwd: place.folder })
  const { exitCode, stderr } = await runInProcess(['change', 'protect'], place.folder)
  expect(exitCode).toBe(2)
  expect(stderr).toContain('bare repository')
})
