import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const root = path.resolve(import.meta.dirname, '..')
const run = promisify(execFile)

test('the flow that init writes is measured by the command that it names', async () => {
  await using folder = await tempFolder()
  const { exitCode, stdout, stderr } = await runInProcess(['init', 'my flow'], folder.folder)
  // Our sources are a checkout.
  expect(stderr).toContain('(file:../')
  expect(stderr).toContain('npm install --save-dev git+https://')
  expect(exitCode).toBe(0)
  const [, command = ''] = /npx proofloop (.+)$/mu.exec(stdout) ?? []
  const argv = command.match(/'[^']*'|\S+/gu)?.map((word) => word.replaceAll("'", '')) ?? []
  const next = await runInProcess(argv, folder.folder)
  expect(next.stdout).toContain('Vague Deadline')
  expect(next.stdout).toContain('missed (2)')
  expect(next.exitCode).toBe(0)
})

test("its own tests pass with nothing but proofloop in its node_modules, and it has the folder's name", async () => {
  await using folder = await tempFolder()
  await runInProcess(['init', 'Letters 2'], folder.folder)
  const flow = folder.path('Letters 2')
  await mkdir(path.join(flow, 'node_modules'))
  // What `npm install` makes of the dependency on a checkout.
  await symlink(root, path.join(flow, 'node_modules', 'proofloop'))
  const tests = ['--conditions=proofloop-source', '--test', 'tests/*.test.ts']
  const { stdout } = await run(process.execPath, tests, { cwd: flow })
  expect(stdout).toMatch(/pass 3\n/u)
  const manifest = JSON.parse(await readFile(path.join(flow, 'package.json'), 'utf8'))
  expect(manifest.name).toBe('letters-2')
  expect(path.resolve(flow, manifest.devDependencies.proofloop.replace('file:', ''))).toBe(root)
  expect(await readFile(path.join(flow, 'README.md'), 'utf8')).toMatch(/^# letters-2\n/u)
  expect(await readdir(flow)).toContain('.gitignore')
})

test('init changes nothing in a folder that is not empty, and says so', async () => {
  await using folder = await tempFolder({ 'notes.txt': 'mine' })
  const { exitCode, stderr } = await runInProcess(['init', '.'], folder.folder)
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/not empty.+\[folder-not-empty\]/u)])
  expect(await readdir(folder.folder)).toEqual(['notes.txt'])
})

test('init says when the folder cannot be made', async () => {
  await using folder = await tempFolder()
  await writeFile(folder.path('file'), '')
  const { exitCode, stderr } = await runInProcess(['init', 'file/flow'], folder.folder)
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/\[folder-not-made\]/u)])
})
