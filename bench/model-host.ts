import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { openAnswerJournal } from '../src/model/answer-journal.ts'
import { createModelHost } from '../src/model/create-model-host.ts'
import { answer } from '../src/model/scripted-reply.ts'
import { startScriptedServer } from '../src/model/scripted-server.ts'
import type { ScriptedServer } from '../src/model/scripted-server.ts'
import { ModelSettings } from '../src/schema/config.ts'

/**
 * 2,000 questions to a scripted server with 20 ms latency, answers kept in a journal; then the same
 * from the journal. Prints wall time over the ideal, latency x questions / concurrency. The server runs
 * in this process too, so CPU is that of both.
 */
const questions = 2000
const latencyMs = 20
const schema = z.strictObject({ isRight: z.boolean() })

const folder = mkdtempSync(path.join(tmpdir(), 'proofloop-bench-'))
for (const concurrency of [4, 20, 100]) {
  const file = path.join(folder, `${concurrency}.jsonl`)
  await using server = await startScriptedServer(() =>
    answer({ isRight: true }, { delayMs: latencyMs }),
  )
  const sent = await measure({ concurrency, file, server })
  const ideal = (latencyMs * questions) / concurrency
  const kept = await measure({ concurrency, file, server })
  process.stdout.write(
    `concurrency ${concurrency}: ${sent.wallMs} ms, ${(sent.wallMs / ideal).toFixed(2)}x the ideal, CPU ${sent.cpuMs} ms; from the journal ${kept.wallMs} ms, CPU ${kept.cpuMs} ms, ${kept.requests} requests sent\n`,
  )
}
rmSync(folder, { recursive: true })

type Setup = { concurrency: number; file: string; server: ScriptedServer }

async function measure({ concurrency, file, server }: Setup) {
  const before = server.requests.length
  const settings = { provider: 'openai-compatible', model: 'tiny', baseURL: server.baseURL }
  const models = { reader: ModelSettings.parse({ ...settings, limits: { concurrency } }) }
  const start = performance.now()
  const cpu = process.cpuUsage()
  await using cache = await openAnswerJournal(file)
  await using host = createModelHost({ models, env: {}, directory: '.', cache })
  const asked = Array.from({ length: questions }, (_, index) =>
    host.ask({
      alias: 'reader',
      agent: `agent ${index % 4}`,
      messages: [{ role: 'user', content: `${index} `.repeat(500) }],
      schema,
      schemaName: 'verdict',
      parameters: {},
      origin: '',
      sample: '',
    }),
  )
  await Promise.all(asked)
  const { user, system } = process.cpuUsage(cpu)
  return {
    wallMs: Math.round(performance.now() - start),
    cpuMs: Math.round((user + system) / 1000),
    requests: server.requests.length - before,
  }
}
