import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownTemporaryFolder } from '../../../test/helpers/own-temporary-folder.ts'
import { once } from '../../lib/once.ts'
import { findTools, isRoot } from './find-tools.ts'
import { findIsolation } from './isolation.ts'
import { type CheckoutCommand, runInCheckout } from './run-in-checkout.ts'

const isolation = once(() => findIsolation({ requester: 'server' }))
const hasWalls = (await isolation()).isolation === 'os'
const why = hasWalls ? '' : ' (skipped: the system puts up no walls here)'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'proofloop-test-checkout-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs the text of a module in a checkout of its own. */
async function runText(text: string, options: Partial<CheckoutCommand> = {}) {
  const checkout = await mkdtemp(path.join(folder, 'checkout-'))
  await writeFile(path.join(checkout, 'main.mjs'), text)
  const run = { checkout, command: ['node', 'main.mjs'], ...options }
  return { checkout, ...(await runInCheckout(await isolation(), run)) }
}

test.skipIf(!hasWalls)(`tells the exit code and both streams${why}`, async () => {
  const text = "console.log('to stdout'); console.error('to stderr'); process.exit(3)"
  const { exitCode, stopped, log, isLogCut } = await runText(text)
  expect([exitCode, stopped, isLogCut]).toEqual([3, null, false])
  expect(log.split('\n').toSorted()).toEqual(['', 'to stderr', 'to stdout'])
})

test.skipIf(!hasWalls)(`a command that is not there has the shell's exit code${why}`, async () => {
  const { exitCode, log } = await runText('', { command: ['no-such-program'] })
  expect(exitCode).toBe(127)
  expect(log).toContain('no-such-program')
})

test.skipIf(!hasWalls)(
  `runs node's tests, with packages that the checkout does not bring${why}`,
  async () => {
    await chmod(folder, 0o755)
    const packages = path.join(folder, 'packages')
    await mkdir(path.join(packages, 'seven'), { recursive: true })
    await writeFile(path.join(packages, 'seven', 'index.js'), 'module.exports = 7')
    const text = `import test from 'node:test'
      import seven from 'seven'
      import { writeFileSync } from 'node:fs'
      test('seven', () => {
        writeFileSync('result.txt', String(seven))
        if (seven !== 7) throw new Error('not seven')
      })`
    const command = ['node', '--test', 'main.mjs']
    const { checkout, exitCode, log } = await runText(text, { command, packages })
    expect([exitCode, log]).toEqual([0, expect.stringContaining('pass 1')])
    expect(await readdir(checkout)).toEqual(['main.mjs'])
  },
)

const kinds = findTools().filter(({ kind }) => kind !== 'none')

test.skipIf(!hasWalls).each(kinds)(
  `writes to no file that it is given to read, by $kind${why}`,
  async (kind) => {
    await chmod(folder, 0o755)
    const given = path.join(folder, 'given.json')
    await writeFile(given, '{}')
    await chmod(given, 0o666)
    const walls = await findIsolation({ requester: 'server', tools: [kind, { kind: 'none' }] })
    if (walls.isolation !== 'os') return
    const checkout = await mkdtemp(path.join(folder, 'writing-'))
    const script = `exec 2>&1; cat ${given}; echo changed > ${given}; chmod 777 ${given}; echo "exit $?"`
    const run = { checkout, command: ['sh', '-c', script], reads: [given] }
    const { log } = await runInCheckout(walls, run)
    expect(log).toMatch(/^\{\}[^]*Read-only file system[^]*exit [1-9]/u)
    expect(await readFile(given, 'utf8')).toBe('{}')
  },
)

const isRootHere = isRoot() && hasWalls
const whyNotRoot = isRootHere
  ? ''
  : ' (skipped: only root has walls and files that are closed to flows)'

/** Of root, in a folder that nobody else passes. */
async function closedFile(mode: number): Promise<string> {
  await chmod(folder, 0o755)
  const closed = await mkdtemp(path.join(folder, 'closed-'))
  const file = path.join(closed, 'given.txt')
  await writeFile(file, 'what is given')
  await chmod(file, mode)
  return file
}

test.skipIf(!isRootHere).each(kinds)(
  `reads what is in a folder that is closed to others, by $kind${whyNotRoot}`,
  async (kind) => {
    const walls = await findIsolation({ requester: 'server', tools: [kind, { kind: 'none' }] })
    if (walls.isolation !== 'os') return
    const given = await closedFile(0o644)
    const checkout = await mkdtemp(path.join(folder, 'reading-'))
    const run = { checkout, command: ['sh', '-c', `id -u; cat ${given}`], reads: [given] }
    const { exitCode, log } = await runInCheckout(walls, run)
    expect([exitCode, log]).toEqual([0, expect.stringMatching(/^6\d{4}\nwhat is given$/u)])
  },
)

test.skipIf(!isRootHere)(
  `says that files of ours cannot be read behind the walls, and which${whyNotRoot}`,
  async () => {
    const given = await closedFile(0o600)
    const checkout = await mkdtemp(path.join(folder, 'reading-'))
    const command = { checkout, command: ['true'], reads: [given] }
    await expect(runInCheckout(await isolation(), command)).rejects.toMatchObject({
      code: 'checkout-own-files',
      message: expect.stringContaining(given),
    })
  },
)

test.skipIf(!hasWalls)(`sees neither .git nor where links lead${why}`, async () => {
  const checkout = await mkdtemp(path.join(folder, 'linked-'))
  await mkdir(path.join(checkout, '.git'))
  await writeFile(path.join(checkout, '.git', 'config'), 'token')
  await writeFile(path.join(folder, 'outside'), 'outside')
  await symlink(path.join(folder, 'outside'), path.join(checkout, 'link'))
  const command = ['sh', '-c', 'ls -A; cat link 2>&1 || echo nowhere']
  const { log } = await runInCheckout(await isolation(), { checkout, command })
  expect(log.split('\n')).toEqual(['link', expect.stringContaining('No such file'), 'nowhere', ''])
})

test.skipIf(!hasWalls).each([
  ['time', 'setInterval(() => {}, 1000)', { time: 500 }],
  ['output', "setInterval(() => console.log('x'.repeat(10_000)), 1)", { output: 100_000 }],
  [
    'memory',
    "const all = []; setInterval(() => all.push(Buffer.alloc(2 ** 24, 'x')), 1)",
    { memory: 300 * 2 ** 20 },
  ],
  [
    'processes',
    `import { spawn } from 'node:child_process'
     for (let i = 0; i < 20; i += 1) spawn('sleep', ['60'], { stdio: 'ignore' })`,
    { processes: 10 },
  ],
  [
    'disk',
    `import { appendFileSync } from 'node:fs'
     setInterval(() => appendFileSync('full', Buffer.alloc(2 ** 23, 'x')), 1)`,
    { disk: 100 * 2 ** 20 },
  ],
  [
    'files',
    `import { mkdirSync } from 'node:fs'
     let made = 0
     setInterval(() => { for (let i = 0; i < 100; i += 1) mkdirSync(String(made++)) }, 1)`,
    { files: 1000 },
  ],
] as const)(`stops what takes too much: %s${why}`, async (limit, text, limits) => {
  const { exitCode, stopped } = await runText(text, { limits })
  expect([exitCode, stopped]).toEqual([null, limit])
})

test.skipIf(!hasWalls)(`keeps the end of a long log${why}`, async () => {
  const text = "console.log('x'.repeat(100_000)); console.log('the end')"
  const { exitCode, log, isLogCut } = await runText(text)
  expect([exitCode, isLogCut, log.length]).toEqual([0, true, 2 ** 16])
  expect(log.endsWith('x\nthe end\n')).toBe(true)
})

test.skipIf(!hasWalls)(`deletes also what a command has closed to us${why}`, async () => {
  await using temporary = await ownTemporaryFolder()
  const closed = "import { mkdirSync } from 'node:fs'; mkdirSync('a/b', { recursive: true });"
  await runText(`${closed} process.umask(0); mkdirSync('a/c', { mode: 0 })`)
  expect(await readdir(temporary.folder)).toEqual([])
})

test.skipIf(!hasWalls)(`ends when it is not wanted any more${why}`, async () => {
  const signal = AbortSignal.timeout(1000)
  await expect(runText('setInterval(() => {}, 1000)', { signal })).rejects.toThrow(/timeout/u)
})

test('runs nothing that is not wanted any more when its checkout is copied', async () => {
  const bare = await findIsolation({ requester: 'server', tools: [{ kind: 'none' }] })
  const checkout = await mkdtemp(path.join(folder, 'unwanted-'))
  const written = await mkdtemp(path.join(folder, 'written-'))
  await chmod(folder, 0o755)
  await chmod(written, 0o777)
  const controller = new AbortController()
  const command = ['touch', path.join(written, 'it-ran')]
  const { signal } = controller
  const running = runInCheckout(bare, { checkout, command, signal, evenBare: true })
  controller.abort(new Error('not wanted'))
  await expect(running).rejects.toThrow('not wanted')
  expect(await readdir(written)).toEqual([])
})

test('runs nothing where the system puts up no walls, and says what to install', async () => {
  const bare = await findIsolation({ requester: 'server', tools: [{ kind: 'none' }] })
  const run = runInCheckout(bare, { checkout: folder, command: ['node', '--version'] })
  await expect(run).rejects.toMatchObject({
    code: 'checkout-walls',
    message: expect.stringContaining('apt-get install bubblewrap'),
  })
})

test('says what to install where a gate worker runs flows, and nothing else', async () => {
  const bare = await findIsolation({ requester: 'server', tools: [{ kind: 'none' }] })
  const away = { isolation: 'os', tools: 'gate-worker', worker: 'gate.sock', advice: null } as const
  const command = { checkout: folder, command: ['node', '--version'] }
  await expect(runInCheckout({ ...bare, ...away }, command)).rejects.toMatchObject({
    code: 'checkout-walls',
    message: expect.stringMatching(/A gate worker runs flows only\. .+apt-get install bubblewrap/u),
  })
})

test('runs as any other process without walls where that is allowed, and leaves the checkout as it is', async () => {
  const bare = await findIsolation({ requester: 'server', tools: [{ kind: 'none' }] })
  const checkout = await mkdtemp(path.join(folder, 'bare-'))
  await writeFile(
    path.join(checkout, 'main.mjs'),
    "import { writeFileSync } from 'node:fs'; writeFileSync('made.txt', ''); console.log('ran', Object.keys(process.env).length)",
  )
  const run = { checkout, command: ['node', 'main.mjs'], evenBare: true }
  const { exitCode, stopped, log } = await runInCheckout(bare, run)
  expect([exitCode, stopped, log]).toEqual([0, null, expect.stringMatching(/^ran \d+\n$/u)])
  expect(await readdir(checkout)).toEqual(['main.mjs'])
  const endless = { ...run, command: ['node', '-e', 'setInterval(() => {}, 1000)'] }
  expect(await runInCheckout(bare, { ...endless, limits: { time: 500 } })).toMatchObject({
    exitCode: null,
    stopped: 'time',
  })
})

test.skipIf(!hasWalls)(`says when the checkout cannot be read${why}`, async () => {
  const checkout = path.join(folder, 'missing')
  const run = runInCheckout(await isolation(), { checkout, command: ['node', '--version'] })
  await expect(run).rejects.toMatchObject({
    code: 'checkout-unreadable',
    message: 'A checkout cannot be copied (ENOENT).',
  })
})
