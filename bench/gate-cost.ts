// How long a gate takes beside the ideal of its models' latency: 60 hidden documents, 3 runs of each, 4
// agents, candidate and production both unmeasured, one request an agent and document; against a model that
// takes 200 ms. Once behind the walls of this system.
//     node --conditions=proofloop-source bench/gate-cost.ts [--rounds 3]
import { parseArgs } from 'node:util'
import { bundleFlow, packBundle } from '../src/flow/bundle.ts'
import type { AuthorGate } from '../src/schema/api/gates.ts'
import { GateSettings } from '../src/schema/gate-settings.ts'
import { tempFolder } from '../test/helpers/temp-folder.ts'
import { formWith, testServer } from '../test/helpers/test-server.ts'
import { median } from './process-usage.ts'
import { type ModelServer, startModelServer } from './start-model-server.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } })
const documents = 60
const repeats = 3
const agents = ['a', 'b', 'c', 'd']
const delayMs = 200
const concurrency = 32

function prompt(agent: string): string {
  return `---\nname: ${agent}\ndescription: Finds what ${agent} finds\nmodel: { id: reviewer }\nmetadata: { type: ${agent.toUpperCase()}, shots: 1 }\n---\nsystem:\nFind it.\n`
}

async function flowFolder({ baseURL }: ModelServer, note: string) {
  const model = {
    provider: 'openai-compatible',
    model: 'scripted-1',
    baseURL,
    apiKeyEnv: 'KEY',
    limits: { concurrency },
  }
  return tempFolder({
    'flow/proofloop.config.ts': `export default { models: { reviewer: ${JSON.stringify(model)} } }\n`,
    ...Object.fromEntries(agents.map((a) => [`flow/agents/${a}/agent.prompty`, prompt(a) + note])),
  })
}

function exampleLines(): string {
  return Array.from({ length: documents }, (_, n) => {
    const paragraphs = [`Letter ${n}.`, 'The plan always covers this cost.']
    const location = { paragraph: 1, start: 9, end: 22 }
    const issues = agents.map((a) => ({ type: a.toUpperCase(), text: 'always covers', location }))
    return `${JSON.stringify({ id: `l${n}`, split: 'test', paragraphs, issues })}\n`
  }).join('')
}

async function must<T>(answer: Response | Promise<Response>): Promise<T> {
  const response = await answer
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}

/** A gate of a version that nobody has measured, against one that nobody has either. */
async function gate(models: ModelServer) {
  await using production = await flowFolder(models, '')
  await using change = await flowFolder(models, 'Be exact.\n')
  const settings = GateSettings.parse({
    repeats,
    answerEverySeconds: 1,
    dataset: 'letters',
    walls: { isolation: 'process', boundary: 'none' },
    audit: { wanted: false },
  })
  const flow = production.path('flow')
  const config = { directory: flow, environments: [], gate: settings }
  await using server = await testServer({ work: true, flow, env: { KEY: 'none' }, config })
  const form = formWith(exampleLines(), 'letters.jsonl')
  form.set('splits', 'given')
  await must(server.solo('POST', '/api/datasets/letters/versions', form))
  const { bytes, sha256 } = packBundle(
    await bundleFlow(change.path('flow'), { paragraphsPerChunk: 32 }),
  )
  const body = new FormData()
  body.set('file', new File([Buffer.from(bytes)], 'candidate'))
  await must(server.solo('PUT', `/api/bundles/${sha256}`, body))
  const baseline = await must<{ baseline: { version: string } | null }>(
    server.solo('POST', '/api/flow/references', { role: 'baseline' }),
  )
  if (baseline === null) throw new Error('No baseline was marked.')
  await models.served()
  const { id } = await must<AuthorGate>(server.solo('POST', '/api/gates', { bundle: sha256 }))
  await server.until(async () => (await server.store.gates.get(id))?.state === 'done')
  const stored = await server.store.gates.get(id)
  const { requests, latencyMs } = await models.served()
  const wallMs = (stored?.endedAt ?? 0) - (stored?.startedAt ?? 0)
  return {
    wallMs,
    requests,
    latencyMs: latencyMs ?? 0,
    verdict: stored?.verdict,
    walls: stored?.walls,
  }
}

await using models = await startModelServer(delayMs)
const results = []
for (let round = 0; round < Number(values.rounds); round += 1) results.push(await gate(models))
const ratios = results.map(({ wallMs, requests, latencyMs }) => {
  return wallMs / (Math.ceil(requests / concurrency) * latencyMs)
})
process.stdout.write(`${JSON.stringify({ results, ratio: median(ratios) }, null, 2)}\n`)
process.exit(0)
