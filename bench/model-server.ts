// A scripted model in a process of its own, so that its CPU time is not its client's. Prints its base
// URL; for each line on standard input, how many requests came since the last one and how long they
// waited for their first byte, in ms on average: a timer of 20 ms takes longer. Ends when its standard
// input does. node --conditions=proofloop-source bench/model-server.ts 20
import { createInterface } from 'node:readline'
import { answer, type ScriptedStep, toRawReply } from '../src/model/scripted-reply.ts'
import { startScriptedServer } from '../src/model/scripted-server.ts'

const delayMs = Number(process.argv[2] ?? 20)
const issue = {
  para_index: 1,
  source_sentence: 'The plan always covers this cost.',
  text: 'always covers',
  explanation: 'x'.repeat(200),
  suggested_fix: 'generally covers',
}
let waitedMs = 0

/** Adds up the time until the first byte. */
async function* timed(
  steps: Iterable<ScriptedStep> | AsyncIterable<ScriptedStep>,
): AsyncGenerator<ScriptedStep> {
  const from = performance.now()
  let isFirst = true
  for await (const step of steps) {
    if ('send' in step && isFirst) {
      waitedMs += performance.now() - from
      isFirst = false
    }
    yield step
  }
}

await using server = await startScriptedServer((request) => {
  const reply = toRawReply(answer({ issues: [issue] }, { delayMs }), request)
  return { ...reply, steps: timed(reply.steps) }
})
process.stdout.write(`${server.baseURL}\n`)
for await (const _ of createInterface(process.stdin)) {
  const requests = server.requests.splice(0).length
  const latencyMs = requests === 0 ? null : waitedMs / requests
  waitedMs = 0
  process.stdout.write(`${JSON.stringify({ requests, latencyMs })}\n`)
}
