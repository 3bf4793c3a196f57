import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { lockFile } from './file-lock.ts'

const lockModule = new URL('./file-lock.ts', import.meta.url).href

/** Takes the lock in a process of its own, tells, and keeps it for ever. */
function startHolder(file: string) {
  const code = `
    const { lockFile } = await import(${JSON.stringify(lockModule)})
    await lockFile(${JSON.stringify(file)}).then(
      () => process.stdout.write('holds'),
      (error) => process.stdout.write(error.code),
    )
    setInterval(() => {}, 1000)`
  return spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

test('a file is locked until its lock is given back', async () => {
  await using folder = await tempFolder()
  const file = folder.path('answers.jsonl')
  const unlock = await lockFile(file)
  await expect(lockFile(file)).rejects.toMatchObject({
    code: 'file-locked',
    message: expect.stringContaining(`Process ${process.pid} is writing ${file}.`),
  })
  unlock()
  const again = await lockFile(file)
  again()
  expect(readdirSync(folder.folder)).toEqual([])
})

test('another process keeps us out, until it is killed', async () => {
  await using folder = await tempFolder()
  const file = folder.path('answers.jsonl')
  const holder = startHolder(file)
  expect(String(await once(holder.stdout, 'data'))).toBe('holds')
  await expect(lockFile(file)).rejects.toThrow(`Process ${holder.pid} is writing`)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const unlock = await lockFile(file)
  expect(readdirSync(folder.folder)).toHaveLength(1)
  unlock()
})

test('of processes that start at once no two hold it', async () => {
  await using folder = await tempFolder()
  const file = folder.path('answers.jsonl')
  const holders = Array.from({ length: 4 }, () => startHolder(file))
  const said = await Promise.all(
    holders.map(async ({ stdout }) => String(await once(stdout, 'data'))),
  )
  for (const holder of holders) holder.kill('SIGKILL')
  expect(said.filter((word) => word === 'holds').length).toBeLessThanOrEqual(1)
})

test('the number of a dead process that another one has now does not keep the lock', async () => {
  await using folder = await tempFolder()
  const file = folder.path('answers.jsonl')
  const lock = `${file}.lock-${process.pid}-00000000`
  writeFileSync(lock, JSON.stringify({ pid: process.pid, host: hostname(), started: '1' }))
  if (process.platform !== 'linux') return
  const unlock = await lockFile(file)
  unlock()
  expect(readdirSync(folder.folder)).toEqual([])
})

test('the lock of another machine stays, since nobody can tell from here', async () => {
  await using folder = await tempFolder()
  const file = folder.path('answers.jsonl')
  const lock = `${file}.lock-1-00000000`
  writeFileSync(lock, JSON.stringify({ pid: 1, host: 'elsewhere', started: null }))
  await expect(lockFile(file)).rejects.toThrow(`if it is gone, delete ${lock}`)
})
