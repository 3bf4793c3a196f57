// A scripted model in a process of its own, so that its CPU time is not its client's. Prints its base
// URL; for each line on standard input, how many requests came since the last one. Ends when its
// standard input does. node --conditions=proofloop-source bench/model-server.ts 20
import { createInterface } from 'node:readline'
import { answer } from '../src/model/scripted-reply.ts'
import { startScriptedServer } from '../src/model/scripted-server.ts'

const delayMs = Number(process.argv[2] ?? 20)
const issue = {
  para_index: 1,
  source_sentence: 'The plan always covers this cost.',
  text: 'always covers',
  explanation: 'x'.repeat(200),
  suggested_fix: 'generally covers',
}
await using server = await startScriptedServer(() =>
  answer({ issues: [issue] }, { delayMs, chunks: 20 }),
)
process.stdout.write(`${server.baseURL}\n`)
for await (const _ of createInterface(process.stdin)) {
  process.stdout.write(`${server.requests.splice(0).length}\n`)
}
