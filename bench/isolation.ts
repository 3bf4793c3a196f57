// What it costs to run a flow isolated: to find and try the walls, to start its process, and each document,
// against the same flow in this process and a bare start of node, in turns. Agents are phrases only: no model, no checker to wait for.
// Run: node --conditions=proofloop-source bench/isolation.ts [rounds]
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { loadAgents } from '../src/agent/load-agents.ts'
import { createDocumentReader } from '../src/document/document-reader.ts'
import { readContent } from '../src/flow/flow-content.ts'
import { findTools } from '../src/flow/isolate/find-tools.ts'
import { findIsolation, type Isolation } from '../src/flow/isolate/isolation.ts'
import { openBehind } from '../src/flow/isolate/open-isolated-flow.ts'
import { reviewDocument } from '../src/flow/review-document.ts'
import { parseDocument } from '../src/document/parse-document.ts'
import type { ReviewDocument } from '../src/schema/document.ts'

const run = promisify(execFile)
const rounds = Number(process.argv[2] ?? '10')
const folder = path.resolve(import.meta.dirname, '../examples/document-review')
const name = 'definitive-language'
const content = await readContent(folder, 'bench')
const bundle = { ...content, agents: content.agents.filter((agent) => agent.name === name) }
const agents = await loadAgents(path.join(folder, 'agents'), [name])
const rules = { grammar: async () => [], [Symbol.asyncDispose]: async () => {} }
const services = { rules, models: { ask: () => Promise.reject(new Error('It asks no model.')) } }

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const rounded = (value: number): number => Math.round(value * 10) / 10

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const start = performance.now()
  const value = await work()
  return [performance.now() - start, value]
}

async function inProcess(document: ReviewDocument): Promise<number> {
  const options = { file: 'x', agents, rules, paragraphsPerChunk: 32, concurrency: 4 }
  return (await reviewDocument(document, options)).issues.length
}

async function measure(found: Isolation, documents: Record<string, ReviewDocument>) {
  const options = { bundle, hash: 'bench', services }
  const starts: number[] = []
  const bare: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const [ms, flow] = await timed(() => openBehind(found, options))
    starts.push(ms)
    await flow[Symbol.asyncDispose]()
    bare.push((await timed(() => run(process.execPath, ['-e', '0'])))[0])
  }
  await using flow = await openBehind(found, options)
  const perDocument: Record<string, unknown> = {}
  for (const [label, document] of Object.entries(documents)) {
    const times = { isolated: new Array<number>(), inProcess: new Array<number>() }
    // The first of each warms up.
    for (let round = 0; round <= rounds; round += 1) {
      const [isolated, result] = await timed(() => flow.run(document))
      const [own, issues] = await timed(() => inProcess(document))
      if (result.issues.length !== issues) throw new Error('They do not find the same.')
      if (round === 0) continue
      times.isolated.push(isolated)
      times.inProcess.push(own)
    }
    const [isolated, own] = [median(times.isolated), median(times.inProcess)]
    perDocument[label] = {
      isolatedMs: rounded(isolated),
      inProcessMs: rounded(own),
      ratio: rounded(isolated / own),
    }
  }
  const start = { startMs: rounded(median(starts)), bareNodeMs: rounded(median(bare)) }
  return { ...start, perDocument }
}

await using reader = createDocumentReader()
const documents = {
  letter: await parseDocument(Buffer.from('We always pay your claim.\n\nCall us.'), {
    name: 'x.txt',
  }),
  'booklet of 109 pages': await reader.read(
    path.join(folder, 'documents/northwind-health-plus.pdf'),
  ),
}
for (const tools of findTools()) {
  const [ms, found] = await timed(() => findIsolation({ requester: 'server', tools: [tools] }))
  const [again] = await timed(() => findIsolation({ requester: 'server', tools: [tools] }))
  const { isolation, boundary } = found
  const kind = tools.kind === 'namespaces' && tools.asRoot ? 'namespaces made by root' : tools.kind
  const walls = {
    tools: kind,
    isolation,
    boundary,
    firstProbeMs: rounded(ms),
    probeMs: rounded(again),
  }
  process.stdout.write(
    `${JSON.stringify({ ...walls, rounds, ...(await measure(found, documents)) })}\n`,
  )
}
