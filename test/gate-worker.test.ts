import { chmod, mkdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { version } from '../src/cli/version.ts'
import { throughGateWorker } from '../src/flow/isolate/gate-worker-isolation.ts'
import { findIsolation, type Isolation } from '../src/flow/isolate/isolation.ts'
import { openBehind } from '../src/flow/isolate/open-isolated-flow.ts'
import { turnAtGateWorker } from '../src/flow/isolate/start-at-gate-worker.ts'
import { runApart } from '../src/gate/run-version.ts'
import { bareServer, cli } from './helpers/bare-server.ts'
import { codedBundle, letterOf, noServices } from './helpers/coded-bundle.ts'
import { gateContainer } from './helpers/gate-container.ts'
import { gateWorld } from './helpers/gate-world.ts'
import { attacks } from './helpers/hostile-attacks.ts'
import { hindrance, isOpenToOthers, isRoot, runHostile } from './helpers/run-hostile.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const why = isRoot
  ? isOpenToOthers
    ? hindrance('namespaces')
    : 'the checkout is closed to others'
  : 'only root makes a container with two users here'
const note = why === null ? '' : ` (skipped: ${why})`

async function sharedFolder() {
  const folder = await tempFolder()
  await mkdir(folder.path('shared'), { mode: 0o700 })
  return folder
}

test.skipIf(why !== null)(
  `no hostile flow carries its sentence out of a gate worker without a network${note}`,
  async () => {
    await using folder = await sharedFolder()
    await using container = await gateContainer({ shared: folder.path('shared') })
    const names = Object.keys(attacks)
    const { socket } = container
    const { isolation, results } = await runHostile({ tools: 'none', names, worker: socket })
    expect(isolation).toBe('os')
    expect(results.map(({ name }) => name)).toEqual(names)
    expect(results.filter(({ got }) => got.length > 0)).toEqual([])
  },
)

/** What a server without tools finds through a gate worker. */
async function foundThrough(worker: string, dataFolder: string): Promise<Isolation> {
  const tools = [{ kind: 'none' } as const]
  const here = await findIsolation({ requester: 'server', dataFolder, tools })
  const asked = { worker, dataFolder, requester: 'server', version: version() } as const
  return throughGateWorker(here, asked)
}

/** Texts that code found in a letter, or why it found none. */
async function foundBy(found: Isolation, body: string): Promise<string[] | string> {
  const options = { bundle: codedBundle(body), hash: 'h', services: noServices }
  await using flow = await openBehind(found, options)
  const { issues, failure } = await flow.run(letterOf('We always pay.'))
  return failure ?? issues.map(({ text }) => text)
}

const atOnce = {
  hears: `const { createServer } = await import('node:net')
    const heard = await new Promise((resolve) => {
      const server = createServer((other) => other.on('data', (data) => resolve(String(data))))
      server.listen({ path: '\\0talk' })
      setTimeout(() => { server.close(); resolve('nothing') }, 5000)
    })
    return { issues: [issue('heard ' + heard)] }`,
  tells: `const { connect } = await import('node:net')
    const until = Date.now() + 5000
    const tells = () => new Promise((resolve) => {
      const other = connect({ path: '\\0talk' }, () => other.end(text, () => resolve(true)))
      other.on('error', () => setTimeout(resolve, 100, false))
    })
    while (Date.now() < until && !(await tells())) {}
    return { issues: [issue('told')] }`,
  kills: `let killed = 0
    for (const until = Date.now() + 5000; Date.now() < until; ) {
      for (let pid = process.pid - 60; pid < process.pid; pid += 1)
        try { process.kill(pid, 'SIGKILL'); killed += 1 } catch {}
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return { issues: [issue('killed ' + killed)] }`,
}

test.skipIf(why !== null)(
  `flows behind a gate worker neither hear nor end each other${note}`,
  async () => {
    await using folder = await sharedFolder()
    await using container = await gateContainer({ shared: folder.path('shared') })
    const found = await foundThrough(container.socket, folder.path('shared'))
    expect(found).toMatchObject({ isolation: 'os', areInTurns: true })
    const runs = Object.values(atOnce).map((body) => foundBy(found, body))
    expect(await Promise.all(runs)).toEqual([['heard nothing'], ['told'], ['killed 0']])
  },
)

const leaving = {
  leaves: `const { createServer } = await import('node:net')
    const server = createServer()
    await new Promise((resolve) => server.on('error', resolve).listen({ path: '/tmp/left.sock' }, resolve))
    return { issues: [issue('left')] }`,
  finds: `const { connect } = await import('node:net')
    const code = await new Promise((resolve) => connect({ path: '/tmp/left.sock' }).on('error', (error) => resolve(error.code)))
    return { issues: [issue(code)] }`,
}

test.skipIf(why !== null)(
  `a flow leaves no file at a gate worker for the next one${note}`,
  async () => {
    await using folder = await sharedFolder()
    await using container = await gateContainer({ shared: folder.path('shared') })
    const found = await foundThrough(container.socket, folder.path('shared'))
    expect(await foundBy(found, leaving.leaves)).toEqual(['left'])
    expect(await foundBy(found, leaving.finds)).toEqual(['ENOENT'])
  },
)

test.skipIf(why !== null)(
  `whoever waits too long for a turn at a gate worker is told that others ran there${note}`,
  async () => {
    await using folder = await sharedFolder()
    await using container = await gateContainer({ shared: folder.path('shared') })
    const found = await foundThrough(container.socket, folder.path('shared'))
    const options = {
      bundle: codedBundle('return { issues: [] }'),
      hash: 'h',
      services: noServices,
    }
    const first = await openBehind(found, options)
    const late = openBehind(found, { ...options, signal: AbortSignal.timeout(1000) })
    await expect(late).rejects.toMatchObject({ code: 'gate-worker-busy' })
    await first[Symbol.asyncDispose]()
    await using next = await openBehind(found, options)
    expect(await next.run(letterOf('We always pay.'))).toMatchObject({ failure: null })
  },
)

test.skipIf(why !== null)(
  `a version in a gate is said to begin when its turn at a gate worker has come, not while it waits${note}`,
  async () => {
    await using folder = await sharedFolder()
    await using container = await gateContainer({ shared: folder.path('shared') })
    const found = await foundThrough(container.socket, folder.path('shared'))
    await using world = await gateWorld({ work: false })
    const here = { ...world.host, version: version(), isolation: async () => found }
    let begun = 0
    const run = async (signal: AbortSignal) =>
      runApart(here).run({
        version: (await world.host.flows.current()).hash,
        documents: new Map([['one', letterOf('We always pay.')]]),
        firstRepeat: 0,
        repeats: 1,
        apart: 'test',
        behind: { isolation: found, wanted: world.host.gate.settings.walls, solo: false },
        recorded: { measure: 'one', dataset: 'letters' },
        begins: async () => void (begun += 1),
        signal,
      })
    {
      using _other = await turnAtGateWorker(container.socket, undefined)
      const busy = { code: 'gate-worker-busy' }
      await expect(run(AbortSignal.timeout(2000))).rejects.toMatchObject(busy)
      expect([begun, world.models.requests.length]).toEqual([0, 0])
    }
    const [outputs] = await run(new AbortController().signal)
    expect([begun, outputs?.get('one')?.error]).toEqual([1, null])
  },
)

test.skipIf(why !== null)(`a gate worker with a network does not start${note}`, async () => {
  await using folder = await sharedFolder()
  await using container = await gateContainer({
    shared: folder.path('shared'),
    hasNetwork: true,
  })
  const { exitCode, written } = container
  expect([exitCode, written.stderr]).toEqual([2, expect.stringContaining('[gate-worker-network]')])
})

test.skipIf(why !== null)(
  `a gate worker does not start where flows write to the folder of its socket${note}`,
  async () => {
    await using folder = await sharedFolder()
    await chmod(folder.path('shared'), 0o777)
    await using container = await gateContainer({ shared: folder.path('shared') })
    const { exitCode, written } = container
    expect([exitCode, written.stderr]).toEqual([2, expect.stringContaining('[gate-worker-walls]')])
  },
)

test.skipIf(why !== null)(
  `a server takes no gate worker for a wall that reads its data folder or reaches its sockets, or is another version${note}`,
  async () => {
    await using folder = await sharedFolder()
    await mkdir(folder.path('data'))
    const dataFolder = folder.path('data')
    await using container = await gateContainer({
      shared: folder.path('shared'),
      seen: tmpdir(),
    })
    const tools = [{ kind: 'none' } as const]
    const here = await findIsolation({ requester: 'server', dataFolder, tools })
    const asked = { worker: container.socket, dataFolder, requester: 'server' } as const
    const reading = await throughGateWorker(here, { ...asked, version: version() })
    expect(reading.isolation).toBe('process')
    expect(reading.advice).toContain(
      'is not used: it reaches sockets of this machine, it reads the data folder.',
    )
    const other = await throughGateWorker(here, { ...asked, version: '0.0.1' })
    expect(other.advice).toContain(`it is Proofloop ${version()}, not 0.0.1.`)
  },
)

test('a server says of a gate worker that is not there that it does not answer', async () => {
  await using folder = await sharedFolder()
  const dataFolder = folder.path('shared')
  const here = await findIsolation({ requester: 'server', dataFolder, tools: [{ kind: 'none' }] })
  const worker = folder.path('shared/gate.sock')
  const asked = { worker, dataFolder, requester: 'server', version: version() } as const
  const { isolation, advice } = await throughGateWorker(here, asked)
  expect([isolation, advice]).toEqual(['process', expect.stringContaining('it does not answer.')])
})

const gate = ['start', '--role', 'gate']

test.each([
  ['gate-worker-secrets', { DATABASE_URL: 'postgres://db.example.org/proofloop' }],
  ['gate-worker-secrets', { PROOFLOOP_MASTER_KEY_FILE: '/run/secrets/master' }],
  ['gate-worker-secrets', { OPENAI_API_KEY: 'sk-1' }],
])('a gate worker does not start with a secret in its environment: %s %o', async (code, env) => {
  await using folder = await tempFolder()
  const tried = await cli([...gate, '--gate-socket', 'gate.sock'], folder.folder, env)
  expect([tried.code, tried.stderr]).toEqual([2, expect.stringContaining(`[${code}]`)])
  expect(tried.stderr).toContain(Object.keys(env)[0])
  expect(tried.stderr).not.toContain(Object.values(env)[0])
})

test('a gate worker does not start beside a data folder, nor without a socket', async () => {
  await using folder = await tempFolder({ '.proofloop/master.key': 'x' })
  const beside = await cli([...gate, '--gate-socket', 'gate.sock'], folder.folder)
  expect([beside.code, beside.stderr]).toEqual([2, expect.stringContaining('[gate-worker-data]')])
  const without = await cli(gate, folder.folder)
  expect(without.stderr).toContain('[gate-socket-missing]')
})

test.skipIf(why !== null)(
  `where bubblewrap and unshare are missing a gate is refused, and passes through a gate worker${note}`,
  async () => {
    await using folder = await sharedFolder()
    await chmod(folder.folder, 0o755)
    await using bare = await bareServer(folder)
    expect(await bare.examined('isolation')).toMatchObject({ result: 'fail' })
    const refused = await bare.ask('none.json')
    expect([refused.code, refused.stdout]).toEqual([2, ''])
    expect(refused.stderr).toContain('Flows are not kept apart by the system (isolation process).')
    expect(refused.stderr).toContain('it does not answer.')
    expect(refused.stderr).toContain('apt-get install bubblewrap')
    await using _container = await gateContainer({ shared: folder.path('shared') })
    expect(await bare.examined('isolation')).toMatchObject({
      result: 'pass',
      sentence: expect.stringMatching(/^Level os, by a gate worker: .* Boundary users: /),
    })
    const passed = await bare.ask('receipt.json')
    expect(passed).toMatchObject({ code: 0, stdout: 'PASSED\n' })
    const { receipt } = JSON.parse(await readFile(folder.path('receipt.json'), 'utf8'))
    expect(receipt).toMatchObject({ isolation: 'os', boundary: 'users', solo: false })
  },
)
