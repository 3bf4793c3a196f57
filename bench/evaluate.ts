// What `proofloop evaluate` takes for 2,000 cases, one request each, to a model that takes 20 ms: beside
// the ideal (of 20 ms, and of the latency that the model really had: its timer takes longer), beside a bare loop over the AI SDK, and once more from kept answers. All are whole
// processes; start-up is what the same takes for 1 case (--concurrency N: only so many requests at once). With --peers also beside promptfoo and evalite,
// which it installs into a temporary folder (needs the npm registry and Python 3).
// Run after `npm run build`: node --conditions=proofloop-source bench/evaluate.ts [--rounds 5] [--peers]
import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { writeCalls, writeDataset, writeFlow } from './evaluation-files.ts'
import { installEvalite, installPromptfooEval, type Peer } from './peers.ts'
import { median, processUsage, type Usage } from './process-usage.ts'
import { processTreeUsage } from './process-tree-usage.ts'
import { type ModelServer, type Served, startModelServer } from './start-model-server.ts'

const cases = 2000
const delayMs = 20
const mostAtOnce = 100
const root = path.resolve(import.meta.dirname, '..')

type Bench = { folder: string; server: ModelServer; rounds: number }
/** `data`: the folder in which answers are kept. */
type Run = { cases: number; concurrency: number; data: string }

function evaluate({ folder }: Bench, { cases, concurrency, data }: Run): Promise<Usage> {
  const args = [
    path.join(root, 'bin/proofloop.js'),
    'evaluate',
    '--flow',
    path.join(folder, `flow-${concurrency}`),
    '--dataset',
    path.join(folder, `cases-${cases}`),
    '--data',
    path.join(folder, data),
    '--repeats',
    '1',
    '--json',
  ]
  return processUsage(args, { env: { OPENAI_API_KEY: 'none' } })
}

function sdkLoop({ folder, server }: Bench, { cases, concurrency }: Omit<Run, 'data'>) {
  const script = path.join(root, 'bench/sdk-loop.ts')
  const sizes = [String(cases), String(concurrency)]
  const calls = path.join(folder, 'calls.json')
  return processUsage([...process.execArgv, script, server.baseURL, calls, ...sizes])
}

type Measured = Usage & Pick<Served, 'latencyMs'>

/** Refuses figures of a run that did more or less than its cases. */
async function expecting(
  wanted: number,
  { server }: Bench,
  run: () => Promise<Usage>,
): Promise<Measured> {
  await server.served()
  const usage = await run()
  const { requests, latencyMs } = await server.served()
  if (requests !== wanted) throw new Error(`${requests} requests came instead of ${wanted}.`)
  return { ...usage, latencyMs }
}

/** Each way in turn, with new folders for the answers that are kept. */
async function measureRound(bench: Bench, concurrency: number, nth: number) {
  const data = `data-${concurrency}-${nth}`
  const ours = { cases, concurrency, data }
  const single = { cases: 1, concurrency, data: `single-${data}` }
  return {
    startUp: await expecting(1, bench, () => evaluate(bench, single)),
    total: await expecting(cases, bench, () => evaluate(bench, ours)),
    again: await expecting(0, bench, () => evaluate(bench, ours)),
    loopStartUp: await expecting(1, bench, () => sdkLoop(bench, single)),
    loopTotal: await expecting(cases, bench, () => sdkLoop(bench, ours)),
    load: loadavg()[0] ?? 0,
  }
}

function medians(usages: Usage[]): Usage {
  const of = (key: keyof Usage): number => Math.round(median(usages.map((usage) => usage[key])))
  return { wallMs: of('wallMs'), cpuMs: of('cpuMs'), rssMb: of('rssMb') }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** Without what it takes to start. */
function afterStart(total: Usage, startUp: Usage): { wallMs: number; cpuMsPerCase: number } {
  const cpuMsPerCase = round((total.cpuMs - startUp.cpuMs) / cases)
  return { wallMs: total.wallMs - startUp.wallMs, cpuMsPerCase }
}

async function compareWithLoop(bench: Bench, concurrency: number): Promise<object> {
  const measured: Awaited<ReturnType<typeof measureRound>>[] = []
  for (let nth = 0; nth < bench.rounds; nth += 1) {
    measured.push(await measureRound(bench, concurrency, nth))
  }
  // Other work on the machine only ever adds to a wall time: the least is nearest to a quiet one.
  const least = (name: 'total' | 'startUp' | 'loopTotal' | 'loopStartUp'): number =>
    Math.min(...measured.map((one) => one[name].wallMs))
  const leastWall = least('total') - least('startUp')
  const leastLoopWall = least('loopTotal') - least('loopStartUp')
  const total = medians(measured.map((one) => one.total))
  const startUp = medians(measured.map((one) => one.startUp))
  const loopTotal = medians(measured.map((one) => one.loopTotal))
  const loopStartUp = medians(measured.map((one) => one.loopStartUp))
  const ours = afterStart(total, startUp)
  const loop = afterStart(loopTotal, loopStartUp)
  const idealMs = (delayMs * cases) / concurrency
  const latencyMs = median(measured.map((one) => one.total.latencyMs ?? delayMs))
  const servedIdealMs = (latencyMs * cases) / concurrency
  return {
    concurrency,
    load: round(median(measured.map(({ load }) => load))),
    proofloop: { total, startUp, afterStart: ours },
    sdkLoop: { total: loopTotal, startUp: loopStartUp, afterStart: loop },
    fromKeptAnswers: medians(measured.map(({ again }) => again)),
    ratios: {
      idealMs,
      latencyMs: round(latencyMs),
      wallOfServedIdeal: round(ours.wallMs / servedIdealMs),
      wallOfIdeal: round(ours.wallMs / idealMs),
      loopWallOfIdeal: round(loop.wallMs / idealMs),
      wallOfLoop: round(ours.wallMs / loop.wallMs),
      totalWallOfLoop: round(total.wallMs / loopTotal.wallMs),
      cpuOfLoop: round(ours.cpuMsPerCase / loop.cpuMsPerCase),
    },
    ratiosOfLeast: {
      wallOfIdeal: round(leastWall / idealMs),
      loopWallOfIdeal: round(leastLoopWall / idealMs),
      wallOfLoop: round(leastWall / leastLoopWall),
    },
  }
}

async function installPeers({ folder, server }: Bench): Promise<Peer[]> {
  const callsFile = path.join(folder, 'calls.json')
  const setup = { folder, baseURL: server.baseURL, concurrency: mostAtOnce, callsFile }
  return [await installPromptfooEval(setup), await installEvalite(setup)]
}

async function compareWithPeers(bench: Bench): Promise<object> {
  const peers = await installPeers(bench)
  const ours: Usage[] = []
  const theirs = peers.map((peer) => ({ peer, usages: [] as Usage[] }))
  for (let nth = 0; nth < bench.rounds; nth += 1) {
    const run = { cases, concurrency: mostAtOnce, data: `beside-peers-${nth}` }
    ours.push(await expecting(cases, bench, () => evaluate(bench, run)))
    for (const { peer, usages } of theirs) {
      usages.push(await expecting(cases, bench, () => processTreeUsage(peer.args, peer)))
    }
  }
  const total = medians(ours)
  return {
    concurrency: mostAtOnce,
    load: round(loadavg()[0] ?? 0),
    proofloop: total,
    peers: theirs.map(({ peer: { name }, usages }) => {
      const their = medians(usages)
      const wall = round(their.wallMs / total.wallMs)
      return { name, ...their, timesOurs: { wall, cpu: round(their.cpuMs / total.cpuMs) } }
    }),
  }
}

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    concurrency: { type: 'string', multiple: true, default: ['4', '20', '100'] },
    peers: { type: 'boolean', default: false },
  },
})
await using server = await startModelServer(delayMs)
const folder = await mkdtemp(path.join(tmpdir(), 'proofloop-bench-'))
try {
  const bench = { folder, server, rounds: Number(options.rounds) }
  const all = [...options.concurrency.map(Number), mostAtOnce]
  for (const concurrency of all) {
    await writeFlow(path.join(folder, `flow-${concurrency}`), server.baseURL, concurrency)
  }
  for (const count of [1, cases]) await writeDataset(path.join(folder, `cases-${count}`), count)
  await writeCalls(path.join(folder, 'calls.json'), path.join(folder, `flow-${mostAtOnce}`), cases)
  const print = (result: object) => process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  for (const concurrency of options.concurrency.map(Number)) {
    print(await compareWithLoop(bench, concurrency))
  }
  if (options.peers) print(await compareWithPeers(bench))
} finally {
  await rm(folder, { recursive: true })
}
