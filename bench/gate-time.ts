// What an author learns by looking during a gate, from flows that take longer on a hidden word: each sleeps so
// many seconds over the letter that has it. The author asks the server for everything about the gate five times
// a second, from the question until well after the answer, and notes when what is said changes. Beside it what
// they would have been told if the answer came when the run was done, or at the next multiple of the time.
//     node --conditions=proofloop-source bench/gate-time.ts [--every 20] [--seconds 0,2,5,12,30,50]
import { writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { bundleFlow, packBundle } from '../src/flow/bundle.ts'
import type { AuthorGate } from '../src/schema/api/gates.ts'
import { GateSettings } from '../src/schema/gate-settings.ts'
import { tempFolder } from '../test/helpers/temp-folder.ts'
import { formWith, testServer } from '../test/helpers/test-server.ts'
import { type ModelServer, startModelServer } from './start-model-server.ts'

const { values } = parseArgs({
  options: {
    every: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '0,2,5,12,30,50' },
  },
})
const every = Number(values.every) * 1000
const sleeps = values.seconds.split(',').map(Number)
const word = 'Zanzibar'
const looksEvery = 200

const prompt =
  '---\nname: a\ndescription: Finds it\nmodel: { id: reviewer }\nmetadata: { type: A, shots: 1 }\n---\nsystem:\nFind it.\n'

const code = (
  seconds: number,
): string => `import { defineFlow, DocumentInput, FlowOutput } from 'proofloop'
export default defineFlow({
  name: 'sleeper',
  input: DocumentInput,
  output: FlowOutput,
  async run({ document }, ctx) {
    const read = await ctx.document.read(document)
    const hasWord = read.paragraphs.some(({ text }) => text.includes('${word}'))
    if (hasWord) await new Promise((go) => setTimeout(go, ${seconds * 1000}))
    return ctx.reviewWithAgents(read)
  },
})
`

async function flowFolder({ baseURL }: ModelServer) {
  const model = { provider: 'openai-compatible', model: 'scripted-1', baseURL, apiKeyEnv: 'KEY' }
  return tempFolder({
    'flow/proofloop.config.ts': `export default { models: { reviewer: ${JSON.stringify(model)} } }\n`,
    'flow/agents/a/agent.prompty': prompt,
  })
}

function exampleLines(): string {
  return Array.from({ length: 24 }, (_, n) => {
    const paragraphs = [
      `Letter ${n} of ${n === 7 ? word : 'Rome'}.`,
      'The plan always covers this.',
    ]
    const issues = [{ type: 'A', text: 'always', location: { paragraph: 1, start: 9, end: 15 } }]
    return `${JSON.stringify({ id: `l${n}`, split: 'test', paragraphs, issues })}\n`
  }).join('')
}

async function must<T>(answer: Response | Promise<Response>): Promise<T> {
  const response = await answer
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}

await using models = await startModelServer(5)
await using production = await flowFolder(models)
const flow = production.path('flow')
const gate = GateSettings.parse({
  repeats: 1,
  answerEverySeconds: every / 1000,
  dataset: 'letters',
  walls: { isolation: 'process', boundary: 'none' },
  budget: { perAuthor: 100, inTotal: 100 },
})
const config = { directory: flow, environments: [], gate }
await using server = await testServer({ work: true, flow, env: { KEY: 'none' }, config })
await server.store.settings.put('solo-mode', false)
const cleo = await server.person('cleo', ['custodian'])
const eve = await server.person('eve', ['engineer'])
const form = formWith(exampleLines(), 'letters.jsonl')
form.set('splits', 'given')
await must(cleo.ask('POST', '/api/datasets/letters/versions', form))
await must(cleo.ask('POST', '/api/flow/references', { role: 'baseline' }))

async function send(seconds: number): Promise<string> {
  await writeFile(production.path('flow/flow.ts'), code(seconds))
  const { bytes, sha256 } = packBundle(await bundleFlow(flow, { paragraphsPerChunk: 32 }))
  const body = new FormData()
  body.set('file', new File([Buffer.from(bytes)], 'candidate'))
  await must(eve.ask('PUT', `/api/bundles/${sha256}`, body))
  return sha256
}

/** Everything that the server says of it to its author, as one text. */
async function saidOf(id: string): Promise<string> {
  const addresses = [
    `/api/gates/${id}/answer`,
    '/api/gates/budget',
    '/api/budget',
    '/api/evaluations',
  ]
  const texts = addresses.map(async (address) => (await eve.ask('GET', address)).text())
  return (await Promise.all(texts)).join('\n')
}

/** When the server said something new, in milliseconds after the question. */
async function watch({ id, startedAt, answerAt }: AuthorGate): Promise<number[]> {
  const changes: number[] = []
  let said = await saidOf(id)
  while (Date.now() < answerAt + every / 4) {
    await setTimeout(looksEvery)
    const now = await saidOf(id)
    if (now !== said) changes.push(Date.now() - startedAt)
    said = now
  }
  return changes
}

const rounded = (time: number): number => Math.round(time / 100) / 10
type Row = {
  sleeps: number
  /** Until it ended or was stopped: custodians alone read it. */
  took: number
  atNextMultiple: number
  changes: number[]
  toldAfter: number
  passed: boolean | null
  cause: string | null
  reasons: string[] | undefined
}
const rows: Row[] = []
for (const seconds of sleeps) {
  const bundle = await send(seconds)
  const asked = await must<AuthorGate>(eve.ask('POST', '/api/gates', { bundle }))
  const changes = await watch(asked)
  const told = await must<AuthorGate>(eve.ask('GET', `/api/gates/${asked.id}/answer`))
  const stored = await server.store.gates.get(asked.id)
  const took = (stored?.endedAt ?? 0) - asked.startedAt
  rows.push({
    sleeps: seconds,
    took: rounded(took),
    atNextMultiple: Math.ceil(Math.max(took, seconds * 1000) / every) * (every / 1000),
    changes: changes.map(rounded),
    toldAfter: rounded(told.answerAt - told.startedAt),
    passed: told.passed,
    cause: told.cause,
    reasons: stored?.reasons,
  })
  process.stdout.write(`${JSON.stringify(rows.at(-1))}\n`)
}

const different = (key: (row: (typeof rows)[number]) => unknown): number =>
  new Set(rows.map((row) => JSON.stringify(key(row)))).size
process.stdout.write(
  `${JSON.stringify({
    flows: rows.length,
    toldApartWhenDone: different(({ took, sleeps: own }) => Math.max(Math.round(took), own)),
    toldApartAtNextMultiple: different((row) => [row.atNextMultiple]),
    toldApartByTime: different(({ toldAfter, changes }) => [toldAfter, changes.length]),
    toldApart: different(({ toldAfter, changes, passed, cause }) => [
      toldAfter,
      changes.length,
      passed,
      cause,
    ]),
  })}\n`,
)
process.exit(0)
