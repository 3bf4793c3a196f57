// A scripted model in a process of its own, so that its CPU time is not its client's. Prints its base
// URL; ends when its standard input does. node --conditions=proofloop-source bench/model-server.ts 20
import { answer } from '../src/model/scripted-reply.ts'
import { startScriptedServer } from '../src/model/scripted-server.ts'

const delayMs = Number(process.argv[2] ?? 20)
const issue = { quote: 'A sentence of the document.', explanation: 'x'.repeat(200), score: 7 }
await using server = await startScriptedServer(() =>
  answer({ issues: [issue, issue, issue] }, { delayMs, chunks: 20 }),
)
process.stdout.write(`${server.baseURL}\n`)
for await (const _ of process.stdin);
