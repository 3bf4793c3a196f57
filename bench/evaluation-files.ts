import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { reviewerMessages } from '../src/agent/question-messages.ts'
import { openFlow } from '../src/flow/open-flow.ts'
import type { ModelMessage } from '../src/schema/model.ts'

const model = 'gpt-4.1'
const sentence = 'The plan always covers this cost.'
const filler = 'Members may ask their employer for the terms that apply to them in each case. '

function paragraphsOf(index: number): string[] {
  return [`Case ${index} of the plan.`, `${filler.repeat(3)}${sentence}`, filler.repeat(4)]
}

function lines(values: unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}

/** A dataset of short documents; every other one has the issue that the server reports. */
export async function writeDataset(folder: string, cases: number): Promise<void> {
  await mkdir(folder, { recursive: true })
  const all = Array.from({ length: cases }, (_, index) => index)
  const documents = all.map((index) => ({
    doc_id: `case-${index}`,
    lang: 'en',
    paragraphs: paragraphsOf(index).map((text, para_index) => ({ para_index, text })),
  }))
  const start = paragraphsOf(0)[1]?.indexOf('always') ?? 0
  const text = 'always covers'
  const place = { para_index: 1, start, end: start + text.length, text }
  const gold = all
    .filter((index) => index % 2 === 0)
    .map((index) => ({ doc_id: `case-${index}`, type: 'Definitive Language', ...place }))
  await writeFile(path.join(folder, 'documents.jsonl'), lines(documents))
  await writeFile(path.join(folder, 'gold.jsonl'), lines(gold))
}

const prompt = `---
name: promises
model: { id: reviewer }
metadata: { type: Definitive Language, shots: 1 }
---
system:
You review documents of an organisation that is held to what it publishes. Find each promise or
guarantee that it cannot keep in every case.

{{ guidelines }}
`

/** A flow of one agent with one shot, whose model carries so many requests at once. */
export async function writeFlow(folder: string, baseURL: string, concurrency: number) {
  const agent = path.join(folder, 'agents/promises')
  await mkdir(agent, { recursive: true })
  await writeFile(path.join(agent, 'agent.prompty'), prompt)
  await writeFile(path.join(agent, 'guidelines.md'), filler.repeat(12))
  const reviewer = { provider: 'openai', model, baseURL, limits: { concurrency } }
  const config = `export default ${JSON.stringify({ models: { reviewer } })}\n`
  await writeFile(path.join(folder, 'proofloop.config.mjs'), config)
}

/** What a program of another kind needs to do the same calls. */
export type CallsFile = { model: string; messages: ModelMessage[][] }

export async function writeCalls(file: string, flowFolder: string, cases: number): Promise<void> {
  await using flow = await openFlow(flowFolder, { env: { OPENAI_API_KEY: 'none' } })
  const [agent] = flow.agents
  if (agent?.status !== 'loaded' || agent.engine !== 'llm')
    throw new Error('No agent with a prompt.')
  const messages = Array.from({ length: cases }, (_, index) => {
    const paragraphs = paragraphsOf(index).map((text, at) => {
      return { index: at, page: 1, text, role: 'body' as const, words: [] }
    })
    return reviewerMessages(agent, paragraphs)
  })
  const calls: CallsFile = { model, messages }
  await writeFile(file, JSON.stringify(calls))
}
