import { closeSync, existsSync, openSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import PQueue from 'p-queue'
import { z } from 'zod'
import { version } from '../../src/cli/version.ts'
import { sealCode } from '../../src/flow/bundle-code.ts'
import { findTools } from '../../src/flow/isolate/find-tools.ts'
import { throughGateWorker } from '../../src/flow/isolate/gate-worker-isolation.ts'
import { findIsolation, type Isolation } from '../../src/flow/isolate/isolation.ts'
import { openBehind, type IsolatedServices } from '../../src/flow/isolate/open-isolated-flow.ts'
import type { FromFlow } from '../../src/flow/isolate/protocol.ts'
import { noSpan, type Span } from '../../src/lib/span.ts'
import type { ReviewDocument } from '../../src/schema/document.ts'
import { quietAgent } from './coded-bundle.ts'
import { attacks, type Removal } from './hostile-attacks.ts'
import { openAuthor } from './hostile-author.ts'
import { watchTitles } from './process-titles.ts'

// Runs hostile flows as whichever user starts this, and prints what their author got.
const [request = '{}'] = process.argv.slice(2)
const {
  tools: wanted,
  names,
  isWithout,
  addon,
  worker,
} = z
  .object({
    /** Of `WallTools`. */
    tools: z.enum(['bubblewrap', 'namespaces', 'none']),
    names: z.array(z.string()),
    /** Takes the wall of each attack away. */
    isWithout: z.boolean(),
    /** A native addon. */
    addon: z.string(),
    /** Socket of a gate worker that runs them. */
    worker: z.string().optional(),
  })
  .parse(JSON.parse(request))

// One that nobody listens for would end this process.
process.on('SIGUSR2', () => {})

const secret = 'Zebra 17 pays the hidden claim'
const key = 'key-of-the-server-4711'
process.env['SERVER_KEY'] = key

const text = await readFile('test/fixtures/hostile-flows/flow.mjs', 'utf8')
const bundle = { paragraphsPerChunk: -1, agents: [quietAgent], code: sealCode(text) }

/** Who asked models, as a list of spending shows. */
const askedBy = new Set<string>()

/** What a receiver of traces was told. */
const traced: string[] = []
const tracing: Span = {
  ...noSpan,
  content: true,
  set: (attributes) => void traced.push(JSON.stringify(attributes)),
}

/** A host that would send a question wherever it says. */
const services: IsolatedServices = {
  rules: { grammar: async () => [] },
  models: {
    async ask({ agent: asking, parameters, messages, schema, span = noSpan }) {
      askedBy.add(asking)
      const attributes = { prompt: messages.map(({ content }) => content) }
      if (span.content) span.set(attributes)
      const { baseURL } = z.looseObject({ baseURL: z.url().optional() }).parse(parameters)
      if (baseURL !== undefined)
        await fetch(`${baseURL}/${encodeURIComponent(messages[0]?.content ?? '')}`)
      return schema.parse({})
    },
  },
}

function documentOf(attack: string, author: object): ReviewDocument {
  const texts = [JSON.stringify({ attack, ...author }), secret]
  const paragraphs = texts.map((one, index) => {
    return { index, page: 1, text: one, role: 'body' as const, words: [] }
  })
  const pages = [{ number: 1, width: null, height: null, hasText: true }]
  return { sha256: 'd'.repeat(64), name: 'x.txt', pages, paragraphs, language: 'en' }
}

/** Whatever it says, as far as it can be worked with. */
const anyMessage: z.ZodType = z.looseObject({ kind: z.string() })

function behind(found: Isolation, removal: Removal, file: number): Isolation {
  const {
    environment,
    stdio,
    messages: _,
    isAnyName: __,
    limits: ___,
    span: ____,
    ...walls
  } = removal
  const changed = {
    ...found.walls,
    ...walls,
    ...(environment && { environment: { SERVER_KEY: key } }),
    ...(stdio && { stdio: file }),
  }
  return { ...found, walls: changed }
}

/** Whether the author's file lies beside a flow that somebody may run next. */
async function isInBundle(name: string): Promise<boolean> {
  const folders = (await readdir(tmpdir())).filter((one) => one.startsWith('proofloop-isolated-'))
  return folders.some((folder) => existsSync(path.join(tmpdir(), folder, 'flow', name)))
}

const dataFolder = await mkdtemp(path.join(tmpdir(), 'proofloop-data-'))
const data = path.join(dataFolder, 'master.key')
await writeFile(data, key, { mode: 0o600 })

async function attempt(found: Isolation, name: string) {
  const { without, limits } = attacks[name] ?? { without: null }
  const removal = (isWithout && without) || {}
  await using author = await openAuthor(name === 'signal')
  const log = path.join(dataFolder, author.told.abstract)
  const file = openSync(log, 'w')
  await using flow = await openBehind(behind(found, removal, file), {
    bundle,
    hash: 'h',
    services,
    isAnyName: removal.isAnyName,
    ...(removal.span && { span: tracing }),
    ...(removal.messages && { messages: anyMessage as unknown as typeof FromFlow }),
    ...(removal.limits ? {} : { limits }),
  })
  const run = flow.run(documentOf(name, { ...author.told, data, addon }))
  const [{ issues, ...rest }, isInTitle] = await watchTitles(secret, run)
  const shown = issues.map(({ type, agent }) => ({ type, agent }))
  const texts = issues.map((one) => one.text).join('\n')
  // A datagram and a signal take a moment.
  await new Promise((resolve) => setTimeout(resolve, 50))
  const got = await author.gotBy(secret)
  if (JSON.stringify([rest, shown]).includes(secret)) got.push('result')
  if (isInTitle) got.push('title')
  if ((await readFile(log, 'utf8')).includes(secret)) got.push('log')
  if (name === 'asking name' && askedBy.has(secret)) got.push('names')
  if (name === 'trace attributes' && traced.join('').includes(secret)) got.push('trace')
  if (texts.includes(key)) got.push('key')
  if (texts.includes('went on') || texts.length > 80_000) got.push('unlimited')
  if (['worker', 'native code', 'inspector'].includes(name) && texts.includes(secret))
    got.push('ran')
  if (await isInBundle(author.told.abstract)) got.push('bundle')
  closeSync(file)
  return { name, got, failure: rest.failure }
}

const through = (socket: string, here: Isolation): Promise<Isolation> =>
  throughGateWorker(here, {
    worker: socket,
    version: version(),
    dataFolder,
    requester: 'server',
  })

const tools = findTools().filter(({ kind }) => kind === wanted)
try {
  const here = await findIsolation({ requester: 'server', dataFolder, tools })
  const found = worker === undefined ? here : await through(worker, here)
  const queue = new PQueue({ concurrency: 3 })
  const results = await Promise.all(names.map((name) => queue.add(() => attempt(found, name))))
  const { isolation, boundary, advice } = found
  process.stdout.write(JSON.stringify({ isolation, boundary, advice, results }))
} finally {
  await rm(dataFolder, { recursive: true, force: true })
}
