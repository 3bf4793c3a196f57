import { existsSync, readFileSync } from 'node:fs'
import type { z } from 'zod'
import { bundleFlow, packBundle } from '../../src/flow/bundle.ts'
import { answer, type ScriptedReply } from '../../src/model/scripted-reply.ts'
import type { ScriptedRequest } from '../../src/model/scripted-request.ts'
import { startScriptedServer } from '../../src/model/scripted-server.ts'
import type { AuthorGate } from '../../src/schema/api/gates.ts'
import { GateSettings } from '../../src/schema/gate-settings.ts'
import { json } from './gate-world.ts'
import { tempFolder } from './temp-folder.ts'
import { formWith, testServer } from './test-server.ts'

/** A folder of the shared data, where it is there. */
export function sharedData(folder: string) {
  const data = new URL(`../../../shared/data/${folder}/`, import.meta.url)
  const present = existsSync(data)
  return {
    present,
    skipped: present ? '' : ` (skipped: the data folder ../shared/data/${folder} is not there)`,
    lines: <T>(schema: z.ZodType<T>, file: string): T[] => {
      const texts = readFileSync(new URL(file, data), 'utf8').split('\n')
      return texts
        .filter((text) => text.trim() !== '')
        .map((text) => schema.parse(JSON.parse(text)))
    },
  }
}

/** What somebody found in a document. `name`: whose finding it is. */
export type Finding = { name: string; type: string; text: string; paragraph: number }
type RecordedDocument = { texts: readonly string[]; findings: readonly Finding[] }

/** Texts in which spaces and line ends do not count. */
const bare = (text: string): string => text.replaceAll(/\s+/gu, '')

/** A model that answers what the one named in the prompt found of one type in the paragraphs it is given. */
function answerAsRecorded(documents: readonly RecordedDocument[]) {
  const all = documents.flatMap(({ texts, findings }) =>
    findings.map((finding) => {
      const paragraph = texts[finding.paragraph] ?? ''
      return { ...finding, sentence: paragraph, bare: bare(paragraph) }
    }),
  )
  const byAsked = Map.groupBy(all, ({ name, type }) => `${name} ${type}`)
  return ({ messages }: ScriptedRequest): ScriptedReply => {
    const prompt = messages.map(({ content }) => content).join('\n')
    const [, name = '', type = ''] = /Answer as (\S+) did for (\S+)\./u.exec(prompt) ?? []
    const given = bare(prompt)
    const found = byAsked.get(`${name} ${type}`)?.filter((one) => given.includes(one.bare)) ?? []
    const issues = found.map(({ text, paragraph, sentence }) => ({
      para_index: paragraph,
      source_sentence: sentence,
      text,
      explanation: 'As it was found.',
      suggested_fix: '',
    }))
    return answer({ issues })
  }
}

type FlowOptions = { types: readonly string[]; baseURL: string }

/** One agent a type, which asks a model that answers as the one named did. */
async function flowFolder(name: string, { types, baseURL }: FlowOptions) {
  const model = { provider: 'openai-compatible', model: 'recorded', baseURL, apiKeyEnv: 'KEY' }
  const agents = types.map((type) => [
    `flow/agents/${type}/agent.prompty`,
    `---\nname: ${type}\ndescription: As it was recorded\nmodel: { id: reviewer }\nmetadata: { type: ${type}, shots: 1 }\n---\nsystem:\nAnswer as ${name} did for ${type}.\n`,
  ])
  return await tempFolder({
    'flow/proofloop.config.ts': `export default { models: { reviewer: ${JSON.stringify(model)} } }\n`,
    ...Object.fromEntries(agents),
  })
}

type RecordedTeam = {
  documents: readonly RecordedDocument[]
  types: readonly string[]
  /** The dataset `recorded` as JSON Lines, with its splits. */
  examples: string
  /** Whose answers production gives. */
  production: string
  settings?: object
}

/** A team whose flow answers as somebody did, and a way to ask the gate about answering as somebody else. */
export async function recordedTeam(options: RecordedTeam) {
  await using stack = new AsyncDisposableStack()
  const models = stack.use(await startScriptedServer(answerAsRecorded(options.documents)))
  const flows = { types: options.types, baseURL: models.baseURL }
  const production = stack.use(await flowFolder(options.production, flows))
  const gate = GateSettings.parse({
    repeats: 1,
    answerEverySeconds: 3600,
    walls: { isolation: 'process', boundary: 'none' },
    dataset: 'recorded',
    ...options.settings,
  })
  const flow = production.path('flow')
  const config = { directory: flow, environments: [], gate }
  const server = stack.use(await testServer({ work: true, flow, env: { KEY: 'none' }, config }))
  await server.store.settings.put('solo-mode', false)
  const cleo = await server.person('cleo', ['custodian'])
  const eve = await server.person('eve', ['engineer'])
  const ada = await server.person('ada', ['approver'])
  const form = formWith(options.examples, 'recorded.jsonl')
  form.set('splits', 'given')
  await json(cleo.ask('POST', '/api/datasets/recorded/versions', form))
  await json(cleo.ask('POST', '/api/flow/references', { role: 'baseline' }))
  const all = stack.move()
  return {
    ...server,
    cleo,
    eve,
    ada,
    /** As its author; time passes until there is an answer. */
    async gate(name: string): Promise<AuthorGate> {
      await using change = await flowFolder(name, flows)
      const { bytes, sha256 } = packBundle(
        await bundleFlow(change.path('flow'), { paragraphsPerChunk: 32 }),
      )
      const body = new FormData()
      body.set('file', new File([Buffer.from(bytes)], 'candidate'))
      await json(eve.ask('PUT', `/api/bundles/${sha256}`, body))
      const asked = await json<AuthorGate>(eve.ask('POST', '/api/gates', { bundle: sha256 }))
      await server.until(async () => (await server.store.gates.get(asked.id))?.state === 'done')
      server.setClock(asked.answerAt)
      return await json<AuthorGate>(eve.ask('GET', `/api/gates/${asked.id}/answer`))
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
