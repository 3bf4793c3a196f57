// From the start of `proofloop start` and of `promptfoo view` to the whole of their first page, in turns:
// milliseconds and CPU milliseconds with child processes, on an empty folder and on one that they have
// used. promptfoo is installed into a temporary folder (needs the npm registry; Linux only).
// Run after `npm run build`: node --conditions=proofloop-source bench/cold-start.ts [--rounds 7]
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { installPromptfoo, type Peer } from './peers.ts'
import { median } from './process-usage.ts'
import { processTreeCpu } from './process-tree-cpu.ts'

const root = path.resolve(import.meta.dirname, '..')
const lookEvery = 5
const longest = 60_000

/** `settledCpuMs`: until it does nothing any more. */
type Start = { wallMs: number; cpuMs: number; settledCpuMs: number }

/** How something is started that keeps what it knows in the folder. */
type Program = (folder: string, port: number) => Omit<Peer, 'name'>

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } })
const folder = await mkdtemp(path.join(tmpdir(), 'proofloop-bench-'))
try {
  const promptfoo = await installPromptfoo(folder)
  const programs = new Map<string, Program>([
    ['proofloop', proofloop],
    [promptfoo.name, (config, port) => promptfooView(promptfoo, { config, port })],
  ])
  const starts: (Start & { measured: string })[] = []
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [name, program] of programs) {
      const own = await mkdtemp(path.join(folder, 'data-'))
      starts.push({ measured: `${name}, empty folder`, ...(await start(program, own)) })
      starts.push({ measured: `${name}, used folder`, ...(await start(program, own)) })
    }
  }
  for (const [measured, all] of Map.groupBy(starts, (one) => one.measured)) {
    print({ measured, ...summary(all) })
  }
  print({ load: loadavg() })
} finally {
  await rm(folder, { recursive: true, force: true })
}

function proofloop(data: string, port: number): Omit<Peer, 'name'> {
  const bin = path.join(root, 'bin/proofloop.js')
  return { args: [bin, 'start', '--port', String(port), '--data', data], cwd: root, env: {} }
}

/** Without opening a browser, as Proofloop does not either. */
function promptfooView(
  { args, cwd, env }: Peer,
  { config, port }: { config: string; port: number },
): Omit<Peer, 'name'> {
  const view = ['view', '--no', '--port', String(port)]
  return { args: [...args, ...view], cwd, env: { ...env, PROMPTFOO_CONFIG_DIR: config } }
}

async function start(program: Program, own: string): Promise<Start> {
  const port = await freePort()
  const { args, cwd, env } = program(own, port)
  const began = performance.now()
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    await firstPage(port, child)
    const wallMs = performance.now() - began
    const cpuMs = await processTreeCpu(child.pid ?? 0)
    return { wallMs, cpuMs, settledCpuMs: await settledCpu(child.pid ?? 0, cpuMs) }
  } finally {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
}

async function firstPage(port: number, child: ChildProcess): Promise<void> {
  const end = performance.now() + longest
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null)
    const page = answer?.ok === true ? await answer.text() : ''
    if (page.includes('</html>')) return
    if (child.exitCode !== null || performance.now() > end) throw new Error('No page came.')
    await setTimeout(lookEvery)
  }
}

/** A second without more than a hundredth of CPU. */
async function settledCpu(pid: number, before: number): Promise<number> {
  await setTimeout(1000)
  const now = await processTreeCpu(pid)
  return now - before > 10 ? settledCpu(pid, now) : now
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function summary(all: Start[]): object {
  const of = (figure: keyof Start): number => Math.round(median(all.map((one) => one[figure])))
  const wall = all.map(({ wallMs }) => Math.round(wallMs)).toSorted((a, b) => a - b)
  return {
    rounds: all.length,
    wallMs: of('wallMs'),
    wallMsFromTo: [wall[0], wall.at(-1)],
    cpuMs: of('cpuMs'),
    settledCpuMs: of('settledCpuMs'),
  }
}

function print(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
