import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { gitEnvironment, runGit } from './run-git.ts'
import { startGit } from './start-git.ts'

// Only Linux says in files which processes there are.
const isElsewhere = process.platform !== 'linux'

it.skipIf(isElsewhere)(
  'starts git also after its starter was killed, which ends what ran',
  async () => {
    const version = await runGit({ args: ['version'] })
    expect(version.stdout.toString()).toMatch(/^git version/u)
    const options = { folder: '/', environment: gitEnvironment() }
    const waiting = startGit(['hash-object', '--stdin'], options)
    const ended = new Promise((resolve) => waiting.events.on('ended', (...end) => resolve(end)))
    process.kill(await childOf(process.pid, 'git-starter'), 'SIGKILL')
    expect(await ended).toEqual([null, expect.objectContaining({ code: 'STARTER_ENDED' })])
    expect(waiting.hasEnded()).toBe(true)
    expect(await runGit({ args: ['version'] })).toEqual(version)
  },
)

it.skipIf(isElsewhere)('leaves nothing behind when who asked is killed', async () => {
  const script = `
    import { startGit } from '${new URL('./start-git.ts', import.meta.url).href}'
    startGit(['hash-object', '--stdin'], { folder: '/', environment: { PATH: process.env.PATH } })`
  const parent = execFile(process.execPath, ['--input-type=module', '-e', script])
  const starter = await childOf(parent.pid ?? 0, 'git-starter')
  const git = await childOf(starter, 'hash-object')
  parent.kill('SIGKILL')
  await expect.poll(() => commandOf(git)).toBe('')
  await expect.poll(() => commandOf(starter)).toBe('')
})

it('holds up no process that has nothing more to do', async () => {
  const script = `
    import { runGit } from '${new URL('./run-git.ts', import.meta.url).href}'
    process.stdout.write((await runGit({ args: ['version'] })).stdout)`
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script])
  expect(stdout).toMatch(/^git version/u)
})

it('tells what git cannot be given, and that there is none', async () => {
  await expect(runGit({ args: ['a\0b'] })).rejects.toMatchObject({ code: 'git-failed' })
  const environment = { ...gitEnvironment(), PATH: '/nowhere' }
  const missing = { code: 'git-missing' }
  await expect(runGit({ args: ['version'], environment })).rejects.toMatchObject(missing)
})

/** Once there is one with this in its command. */
async function childOf(parent: number, word: string): Promise<number> {
  let found: number | undefined
  await expect
    .poll(async () => (found = (await childrenOf(parent, word))[0]))
    .toEqual(expect.any(Number))
  return found ?? 0
}

async function childrenOf(parent: number, word: string): Promise<number[]> {
  const all = (await readdir('/proc')).map(Number).filter(Boolean)
  const kept = await Promise.all(all.map((pid) => isChild(pid, parent, word)))
  return all.filter((_, i) => kept[i])
}

async function isChild(pid: number, parent: number, word: string): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return status.includes(`PPid:\t${parent}\n`) && (await commandOf(pid)).includes(word)
}

/** Empty once it has ended. */
function commandOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
}
