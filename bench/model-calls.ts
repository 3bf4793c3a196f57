// CPU time and wall time of one request to a model that takes 20 ms: our connection beside the AI SDK
// and a bare fetch, in processes of their own, in turns.
// node --conditions=proofloop-source bench/model-calls.ts
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { createOpenAI } from '@ai-sdk/openai'
import { generateText, jsonSchema, Output } from 'ai'
import { createConnection } from '../src/model/connection.ts'
import { ModelSettings } from '../src/schema/config.ts'
import { median } from './process-usage.ts'
import { startModelServer } from './start-model-server.ts'

const calls = 2000
const rounds = 3
const delayMs = 20
const schema = {
  type: 'object',
  properties: { issues: { type: 'array', items: { type: 'object', additionalProperties: true } } },
  required: ['issues'],
  additionalProperties: false,
} as const
const prompt = 'A paragraph of a document. '.repeat(60)

type Call = () => Promise<unknown>

const ways: Record<string, (baseURL: string) => Call> = {
  connection: (baseURL) => ours(baseURL, false),
  'connection, streamed': (baseURL) => ours(baseURL, true),
  'client over the built-in fetch': (baseURL) => {
    const model = createOpenAI({ baseURL, apiKey: 'none' }).chat('gpt-4.1')
    const content = [{ type: 'text' as const, text: prompt }]
    const responseFormat = { type: 'json' as const, schema, name: 'issues' }
    return async () =>
      await model.doGenerate({ prompt: [{ role: 'user', content }], responseFormat })
  },
  'generateText of the AI SDK': (baseURL) => {
    const model = createOpenAI({ baseURL, apiKey: 'none' }).chat('gpt-4.1')
    const output = Output.object({ schema: jsonSchema(schema) })
    return () => generateText({ model, prompt, output, maxRetries: 0 })
  },
  'bare fetch': (baseURL) => async () => {
    const response = await fetch(`${baseURL}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content: prompt }] }),
    })
    return await response.json()
  },
}

function ours(baseURL: string, stream: boolean): Call {
  const settings = ModelSettings.parse({ provider: 'openai', model: 'gpt-4.1', baseURL, stream })
  const connection = createConnection(settings, { env: { OPENAI_API_KEY: 'none' } })
  const messages = [{ role: 'user' as const, content: prompt }]
  return async () => {
    const exchange = await connection.send({
      messages,
      parameters: {},
      schema,
      schemaName: 'issues',
      sample: 'agent 0/0',
    })
    if (exchange.outcome !== 'answered') throw new Error(JSON.stringify(exchange))
  }
}

type Figures = { cpuMsPerCall: number; wallOfIdeal: number; peakMb: number }

async function measure(call: Call, concurrency: number): Promise<Figures> {
  await call()
  const cpu = process.cpuUsage()
  const start = performance.now()
  let left = calls
  const worker = async (): Promise<void> => {
    while (left-- > 0) await call()
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  const wall = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return {
    cpuMsPerCall: (user + system) / 1000 / calls,
    wallOfIdeal: wall / ((calls * delayMs) / concurrency),
    peakMb: process.resourceUsage().maxRSS / 1024,
  }
}

async function inChild(way: string, concurrency: number, baseURL: string): Promise<Figures> {
  const args = [...process.execArgv, import.meta.filename, way, String(concurrency), baseURL]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface(child.stdout)) return JSON.parse(line)
  throw new Error(`${way} printed nothing.`)
}

async function compare(): Promise<void> {
  await using server = await startModelServer(delayMs)
  const { baseURL } = server
  for (const concurrency of [20, 100]) {
    const figures = new Map(Object.keys(ways).map((way) => [way, [] as Figures[]]))
    for (let round = 0; round < rounds; round += 1) {
      for (const [way, all] of figures) all.push(await inChild(way, concurrency, baseURL))
    }
    for (const [way, all] of figures) {
      const of = (key: keyof Figures): string => median(all.map((one) => one[key])).toFixed(2)
      const wall = `wall ${of('wallOfIdeal')} x ideal`
      process.stdout.write(
        `${concurrency} at once, ${way}: ${of('cpuMsPerCall')} CPU ms a call, ${wall}, ${of('peakMb')} MB\n`,
      )
    }
  }
}

const [way, concurrency, baseURL = ''] = process.argv.slice(2)
if (way === undefined) await compare()
else {
  const call = ways[way]?.(baseURL)
  if (call === undefined) throw new Error(`There is no way ${way}.`)
  process.stdout.write(`${JSON.stringify(await measure(call, Number(concurrency)))}\n`, () =>
    process.exit(),
  )
}
