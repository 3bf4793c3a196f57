import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { canonicalJson, contentHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ModelMessage } from '../schema/model.ts'

/** Answers of a model to one prompt; more than one are its shots, in order. */
export type Recording = { prompt: string; answers: string[] }

const Line = z
  .strictObject({
    prompt: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal'),
    answer: z.string().optional(),
    answers: z.array(z.string()).min(1).optional(),
  })
  .refine(({ answer, answers }) => (answer === undefined) !== (answers === undefined), {
    message: 'either answer or answers',
  })

/** SHA-256 of what a recorded answer is found by: the messages and the name of the schema. */
export function promptHash(prompt: { messages: ModelMessage[]; schemaName: string }): string {
  const { messages, schemaName } = prompt
  const said = messages.map(({ role, content }) => ({ role, content }))
  return contentHash({ messages: said, schemaName })
}

/** The number at the end of a question's sample, `agent 0/2`; 0 without one. */
export function shotOf(sample: string): number {
  return Number(/\d+$/.exec(sample)?.[0] ?? 0)
}

/** The text of a file of recordings. */
export function toRecordings(recordings: Recording[]): string {
  const lines = recordings.map(({ prompt, answers }) =>
    canonicalJson(answers.length === 1 ? { prompt, answer: answers[0] } : { prompt, answers }),
  )
  return lines.map((line) => `${line}\n`).join('')
}

/**
 * Recorded answers by the hash of their prompt; lines of one prompt follow each other as its shots.
 * @throws UserFacingError recordings-invalid, which names the line
 */
export function readRecordings(file: string): { answers: Map<string, string[]>; hash: string } {
  const text = readText(file)
  const answers = new Map<string, string[]>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const parsed = Line.safeParse(parseLine(line))
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      const where = issue?.path.length ? `${issue.path.join('.')}: ` : ''
      throw invalid(`${file}, line ${index + 1}: ${where}${issue?.message ?? 'not a recording'}.`)
    }
    const { prompt, answer, answers: shots = [] } = parsed.data
    const known = answers.get(prompt) ?? []
    answers.set(prompt, [...known, ...(answer === undefined ? shots : [answer])])
  }
  return { answers, hash: contentHash(text) }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw invalid(`The recordings ${file} cannot be read: ${why}.`, error)
  }
}

/** Undefined when it is no JSON: no recording either. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function invalid(sentence: string, cause?: unknown): UserFacingError {
  return new UserFacingError('recordings-invalid', sentence, { cause })
}
