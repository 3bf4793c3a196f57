import { appendFile, cp, rm, writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { bundleFlow, packBundle } from '../../src/flow/bundle.ts'
import type { Isolation } from '../../src/flow/isolate/isolation.ts'
import { loadConfig } from '../../src/flow/load-config.ts'
import { httpError } from '../../src/model/scripted-reply.ts'
import { type Script, startScriptedServer } from '../../src/model/scripted-server.ts'
import type { AuthorGate, GateBudget, GateReport } from '../../src/schema/api/gates.ts'
import { EnvironmentSettings } from '../../src/schema/environment.ts'
import { GateSettings, type Walls } from '../../src/schema/gate-settings.ts'
import type { StoredGate } from '../../src/schema/stored-gate.ts'
import { findPromises, promiseFlow } from './promise-flow.ts'
import { formWith, testServer } from './test-server.ts'
import { withinAMonth } from './within-a-month.ts'

type Server = Awaited<ReturnType<typeof testServer>>
export type Ask = Server['solo']
export type OpenServer = (options: Parameters<typeof testServer>[0]) => Promise<Server>

type Options = {
  open?: OpenServer
  work?: boolean
  script?: Script
  /** Documents of each split. */
  sizes?: { evaluation: number; test: number; audit: number }
  /** A word in each hidden text. */
  word?: string
  /** In which all letters are; left out, none is named. */
  lang?: string
  /** Those that the agent `promises` knows; left out, all. */
  languages?: string[]
  settings?: object
  solo?: boolean
  /** Whether the flow has a model that no agent asks. */
  spare?: boolean
  /** Whether the server has an environment `test`, with the flow's own models. */
  environment?: boolean
}

const thin = { isolation: 'process', boundary: 'none' } as const

/** Two walls less than the default asks for, and time enough: tests set the clock on. */
const settings = {
  answerEverySeconds: 3600,
  walls: thin,
  minDocs: 4,
}

export async function json<T>(answer: Response | Promise<Response>): Promise<T> {
  const response = await answer
  const body = await response.clone().text()
  expect({ ok: response.ok, body }).toMatchObject({ ok: true })
  return (await response.json()) as T
}

export async function refusal(answer: Response | Promise<Response>) {
  const response = await answer
  const { code } = (await response.json()) as { code: string }
  return { status: response.status, code }
}

/** As approvers and custodians see a gate. */
export const report = (ask: Ask, id: string) => json<GateReport>(ask('GET', `/api/gates/${id}`))

/** As on a laptop without bubblewrap, whatever this machine has. */
export function thinWalls(server: Pick<Server, 'host'>): void {
  findsWalls(server, { ...thin, advice: 'Install bubblewrap.' })
}

/** As if gates found these walls, whatever this machine has. */
export function findsWalls(
  { host }: Pick<Server, 'host'>,
  walls: Walls & Partial<Isolation>,
): void {
  host.gate.runner.isolation = async () => ({ ...(await host.isolation()), ...walls })
}

/** What a candidate does otherwise than what is in production. */
export type Change =
  | 'a comment'
  | 'a hidden letter'
  | 'no promises'
  | 'odd prompts'
  | 'another judge'
  | 'code'
  | 'a refused question'
  | 'an unknown model'
  | 'an unknown model that it does without'
  | 'an unknown model without which it finds nothing'
  | 'an unknown model for one letter'
  | 'an unknown model on audit'
  | 'a rest'
  | 'a rest on audit'
  | 'a refused question on audit'
  | 'worse on audit'

/** Finds what the agents find, and throws with the text of a hidden letter. */
const code = `import { defineFlow, DocumentInput, FlowOutput } from 'proofloop'
export default defineFlow({
  name: 'coded',
  input: DocumentInput,
  output: FlowOutput,
  async run({ document }, ctx) {
    const read = await ctx.document.read(document)
    const [{ text }] = read.paragraphs
    if (text.includes('Zanzibar')) throw new Error(text)
    return ctx.reviewWithAgents(read)
  },
})
`

const asks = (alias: string, content: string): string =>
  `await ctx.model('${alias}').ask({ messages: [{ role: 'user', content: '${content}' }], schema: DocumentInput })`

/** What the model answers with an error. */
export const unanswered = 'What nobody answers'

/** The same, but of a hidden letter it asks what no host answers, and goes on. */
const refusedQuestion = code.replace(
  'throw new Error(text)',
  `${asks('reviewer', unanswered)}.catch(() => {})`,
)

/** The same, but of a hidden letter it asks a model that nobody has set up. */
const unknownModel = code.replace('throw new Error(text)', asks('nobody', 'Hi'))

/** The same, but it goes on. */
const doesWithout = code.replace('throw new Error(text)', `${asks('nobody', 'Hi')}.catch(() => {})`)

/** As the script says, but for what nobody answers. */
function withUnanswered(script: Script): Script {
  return (request, nth) =>
    JSON.stringify(request.messages).includes(unanswered) ? httpError(404) : script(request, nth)
}

/** The same, but over a hidden letter it takes its time. */
const rest = code.replace(
  'throw new Error(text)',
  'await new Promise((go) => setTimeout(go, 90_000))',
)

/** What lets pass every letter of `test`. */
const onAudit = (one: string): string => one.replaceAll("'Zanzibar'", "'Letter audit-'")

const codes: Partial<Record<Change, string>> = {
  code,
  'a refused question': refusedQuestion,
  'an unknown model': unknownModel,
  'an unknown model that it does without': doesWithout,
  'an unknown model without which it finds nothing': doesWithout.replace(
    '.catch(() => {})',
    '.catch(() => {}); else return ctx.reviewWithAgents(read); return { issues: [] }',
  ),
  'an unknown model for one letter': unknownModel.replace("'Zanzibar'", "'Letter test-3'"),
  'an unknown model on audit': onAudit(unknownModel),
  'a rest': rest,
  'a rest on audit': onAudit(rest),
  'a refused question on audit': onAudit(refusedQuestion),
  'worse on audit': onAudit(code),
}

type Sent = Change | { code: string } | { notes: string }

function folderOf(change: Sent): string {
  if (typeof change === 'string') return change.replaceAll(' ', '-')
  return 'code' in change ? 'coded' : 'noted'
}

function codeOf(change: Sent): string | undefined {
  if (typeof change === 'string') return codes[change]
  return 'code' in change ? change.code : undefined
}

/**
 * A server whose flow finds promises, with a dataset of letters in three splits; a custodian, an author and
 * an approver; and the flow as it is in production, marked so.
 */
export async function gateWorld(options: Options = {}) {
  const { open = testServer, work = true, script = findPromises, solo = false } = options
  const { spare = false, lang, languages } = options
  const { sizes = { evaluation: 2, test: 6, audit: 4 }, word = 'Zanzibar' } = options
  await using stack = new AsyncDisposableStack()
  const models = stack.use(await startScriptedServer(withUnanswered(script)))
  const flow = stack.use(
    await promiseFlow({ baseURL: models.baseURL, spare, languages }, 1, 'other/memos'),
  )
  const config = {
    directory: flow.path('flow'),
    environments: options.environment ? [testEnvironment(flow.path('flow'))] : [],
    gate: GateSettings.parse({ ...settings, ...options.settings }),
  }
  const server = stack.use(await open({ work, flow: flow.path('flow'), env: flow.env, config }))
  server.setClock(withinAMonth(Date.now()))
  if (!solo) await server.store.settings.put('solo-mode', false)
  const cleo = await server.person('cleo', ['custodian'])
  const eve = await server.person('eve', ['engineer'])
  const ada = await server.person('ada', ['approver'])
  /** As another version of the dataset, where there is one. */
  async function keepLetters(counts: typeof sizes): Promise<void> {
    const lines = Object.entries(counts).flatMap(([split, count]) =>
      Array.from({ length: count }, (_, n) => letter(`${split}-${n}`, { split, word, lang })),
    )
    const form = formWith(lines.join(''), 'letters.jsonl')
    form.set('splits', 'given')
    await json(cleo.ask('POST', '/api/datasets/letters/versions', form))
  }
  await keepLetters(sizes)
  await json(cleo.ask('POST', '/api/flow/references', { role: 'baseline' }))
  const all = stack.move()

  /** Sends the flow with a change, as the CLI does. @returns hash of the bundle */
  async function send(change: Sent, ask: Ask = eve.ask): Promise<string> {
    const folder = flow.path(folderOf(change))
    await cp(flow.path('flow'), folder, { recursive: true })
    const agent = `${folder}/agents/promises`
    if (change === 'no promises') await rm(agent, { recursive: true })
    if (typeof change !== 'string' && 'notes' in change) {
      await writeFile(`${folder}/agents/absolutes/notes.md`, change.notes)
    }
    const own = codeOf(change)
    if (own !== undefined) await writeFile(`${folder}/flow.ts`, own)
    if (change === 'odd prompts') await appendFile(`${agent}/agent.prompty`, 'Be odd.\n')
    if (change === 'another judge') await appendFile(`${agent}/consolidator.prompty`, 'Be fair.\n')
    if (change === 'a comment') await writeFile(`${folder}/agents/absolutes/notes.md`, 'A note.\n')
    if (change === 'a hidden letter') {
      const [text] = (JSON.parse(letter('test-3', { split: 'test', word })) as Letter).paragraphs
      await writeFile(`${folder}/agents/absolutes/notes.md`, `As in: ${text}\n`)
    }
    const { bytes, sha256 } = packBundle(await bundleFlow(folder, { paragraphsPerChunk: 32 }))
    const body = new FormData()
    body.set('file', new File([Buffer.from(bytes)], 'candidate'))
    await json(ask('PUT', `/api/bundles/${sha256}`, body))
    return sha256
  }
  const start = (body: object, ask: Ask = eve.ask) => ask('POST', '/api/gates', body)
  const stored = async (id: string): Promise<StoredGate> => {
    const ended = async () => (await server.store.gates.get(id))?.state === 'done'
    await server.until(ended)
    return (await server.store.gates.get(id))!
  }
  const answer = (id: string, ask: Ask = eve.ask) =>
    json<AuthorGate>(ask('GET', `/api/gates/${id}/answer`))
  return {
    ...server,
    models,
    flow,
    cleo,
    eve,
    ada,
    keepLetters,
    send,
    start,
    stored,
    answer,
    /** As whoever deploys what a gate let in has it marked. */
    async putInProduction({ id }: Pick<AuthorGate, 'id'>): Promise<void> {
      const version = (await server.store.gates.get(id))?.candidate
      await json(cleo.ask('POST', '/api/flow/references', { role: 'baseline', version }))
    },
    budget: (ask: Ask = eve.ask) => json<GateBudget>(ask('GET', '/api/gates/budget')),
    /** Asks, and lets time pass until its author is answered. */
    async gate(body: object, ask: Ask = eve.ask) {
      const { id, answerAt } = await json<AuthorGate>(start(body, ask))
      const ended = await stored(id)
      server.setClock(answerAt)
      return { told: await answer(id, ask), stored: ended }
    },
    /** Waits until whoever keeps the times of gates has looked at the clock. */
    async untilLookedAgain() {
      const { gates } = server.store
      const running = gates.running.bind(gates)
      let looks = 0
      server.host.store.gates.running = async () => {
        looks += 1
        return running()
      }
      await server.until(async () => looks > 1)
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

function testEnvironment(directory: string) {
  const { models } = loadConfig(directory)
  return { ...EnvironmentSettings.parse({}), name: 'test' as const, models }
}

type Letter = { paragraphs: string[] }

function letter(
  id: string,
  { split, word, lang }: { split: string; word: string; lang?: string },
): string {
  const secret = split === 'evaluation' ? 'Rome' : word
  const text = `Letter ${id} of ${secret}: the ${id} will always be open.`
  const start = text.indexOf('always')
  const location = { paragraph: 0, start, end: start + 6 }
  const issues = ['Promise', 'Absolute'].map((type) => ({ type, text: 'always', location }))
  return `${JSON.stringify({ id, split, lang, paragraphs: [text], issues })}\n`
}
