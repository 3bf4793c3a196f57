import { answer, type ScriptedReply } from '../../src/model/scripted-reply.ts'
import type { ScriptedRequest } from '../../src/model/scripted-request.ts'
import { tempFolder } from './temp-folder.ts'

/**
 * What a model would answer that finds each “always” and “never” and keeps what reviews have found;
 * always the same to the same prompt.
 */
export function findPromises({ messages }: ScriptedRequest): ScriptedReply {
  const prompt = messages.map(({ content }) => content).join('\n')
  const candidates = linesBetween(prompt, 'CANDIDATES').map((line) => JSON.parse(line))
  if (candidates.length > 0) {
    const verdicts = candidates.map(({ comment_id }) => {
      const reason = 'It is a promise.'
      return { comment_id, reason_for_suggested_action: reason, suggested_action: 'KEEP', score: 7 }
    })
    return answer({ issues: verdicts })
  }
  const issues = linesBetween(prompt, 'DOCUMENT').flatMap((line) => {
    const [, index = '', text = ''] = /^\[(\d+)\] (.*)$/u.exec(line) ?? []
    return [...text.matchAll(/\b(?:always|never)\b/gu)].map(([word]) => ({
      para_index: Number(index),
      source_sentence: text,
      text: word,
      explanation: `“${word}” is untrue with the first exception.`,
      suggested_fix: 'usually',
    }))
  })
  return answer({ issues })
}

function linesBetween(prompt: string, label: 'DOCUMENT' | 'CANDIDATES'): string[] {
  const block = new RegExp(`^BEGIN ${label} \\w+\\n([^]*?)\\nEND ${label} \\w+$`, 'mu')
  return block.exec(prompt)?.[1]?.split('\n') ?? []
}

const key = 'sk-a-key-that-nobody-may-see'

type PromiseFlow = {
  baseURL: string
  /** Whether it has a model that no agent asks. */
  spare?: boolean
  /** Those that the agent `promises` knows; left out, all. */
  languages?: string[]
  /** More limits of its models. */
  limits?: object
}

/** A flow whose agents ask the server, with a dataset of memos; `env` holds the key. */
export async function promiseFlow(
  { baseURL, spare = false, languages, limits }: PromiseFlow,
  documents = 12,
  dataset = 'memos',
) {
  const config = {
    provider: 'openai-compatible',
    model: 'scripted-1',
    baseURL,
    apiKeyEnv: 'SCRIPTED_KEY',
    parameters: { maxOutputTokens: 500 },
    price: { inputPerMillion: 1, outputPerMillion: 4 },
    limits: { concurrency: 4, attempts: 5, ...limits },
  }
  // One that no agent asks.
  const others = spare ? `, spare: ${JSON.stringify(config)}` : ''
  const folder = await tempFolder({
    'flow/proofloop.config.ts': `export default { models: { reviewer: ${JSON.stringify(config)}${others} } }\n`,
    'flow/agents/promises/agent.prompty': prompt('promises', 'Promise', { shots: 2, languages }),
    'flow/agents/promises/consolidator.prompty': `---\nname: promises\n---\nsystem:\nJudge them.\n`,
    'flow/agents/absolutes/agent.prompty': prompt('absolutes', 'Absolute', { shots: 1 }),
    [`${dataset}/documents.jsonl`]: lines(documents, (n) => ({
      doc_id: idOf(n),
      paragraphs: memo(n),
    })),
    [`${dataset}/gold.jsonl`]: lines(documents, (n) => [truth(n, 'Promise'), truth(n, 'Absolute')]),
  })
  return { ...folder, key, env: { SCRIPTED_KEY: key } }
}

function prompt(
  name: string,
  type: string,
  { shots, languages }: { shots: number; languages?: string[] },
): string {
  const front = `name: ${name}\ndescription: Finds promises\nmodel: { id: reviewer }`
  const known = languages === undefined ? '' : `, languages: ${JSON.stringify(languages)}`
  const metadata = `metadata: { type: ${type}, shots: ${shots}${known} }`
  return `---\n${front}\n${metadata}\n---\nsystem:\nFind what is promised.\n`
}

function memo(n: number) {
  const sentences = [
    `Memo ${n}: the office will always be open on weekdays.`,
    n % 3 === 0 ? 'We never answer letters on the same day.' : 'We answer letters within a week.',
  ]
  return sentences.map((text, para_index) => ({ para_index, text }))
}

function truth(n: number, type: string) {
  const text = memo(n)[0]?.text ?? ''
  const start = text.indexOf('always')
  return { doc_id: idOf(n), type, para_index: 0, start, end: start + 6, text: 'always' }
}

function idOf(n: number): string {
  return `memo-${String(n).padStart(4, '0')}`
}

function lines(count: number, make: (n: number) => unknown): string {
  const values = Array.from({ length: count }, (_, n) => make(n)).flat()
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}
