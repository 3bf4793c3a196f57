// The calls of an evaluation as a bare loop over the AI SDK does them, nothing else.
// node --conditions=proofloop-source bench/sdk-loop.ts BASE_URL CALLS.json CASES CONCURRENCY
import { readFile } from 'node:fs/promises'
import { createOpenAI } from '@ai-sdk/openai'
import { generateText, Output } from 'ai'
import { FoundIssues } from '../src/agent/answers.ts'
import type { CallsFile } from './evaluation-files.ts'

const [baseURL, file = '', cases, concurrency] = process.argv.slice(2)
const calls: CallsFile = JSON.parse(await readFile(file, 'utf8'))
const model = createOpenAI({ baseURL, apiKey: 'none' }).chat(calls.model)
const output = Output.object({ schema: FoundIssues })
const left = calls.messages.slice(0, Number(cases))
let found = 0

async function work(): Promise<void> {
  for (let messages = left.pop(); messages; messages = left.pop()) {
    const answer = await generateText({
      model,
      output,
      system: messages
        .filter(({ role }) => role === 'system')
        .map(({ content }) => content)
        .join(),
      messages: messages.filter(({ role }) => role !== 'system'),
    })
    found += answer.output.issues.length
  }
}
await Promise.all(Array.from({ length: Number(concurrency) }, work))
process.stdout.write(`${found}\n`, () => process.exit())
