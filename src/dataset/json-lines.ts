import type { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'
import { maxJsonDepth, positionOf, syntaxErrorPosition } from '../lib/scan-json.ts'
import { lineError, quoted } from './line-error.ts'
import { readTextFile } from './read-text-file.ts'

/** One object of a JSON Lines file and where it stands. */
export type JsonLine = { file: string; line: number; text: string; value: object }

/**
 * Reads JSON Lines: UTF-8 with or without byte-order mark, LF or CRLF, with or without a newline at
 * the end; blank lines are skipped. All of it or an error that names the line.
 */
export async function readJsonLines(file: string, name: string): Promise<JsonLine[]> {
  const text = await readTextFile(file, name)
  if (/^\s*\[/.test(text)) {
    throw new UserFacingError(
      'not-json-lines',
      `${name} is a JSON array; write one JSON object a line, without brackets and commas around them.`,
    )
  }
  const lines = text
    .split('\n')
    .map((raw, index) => ({ file: name, line: index + 1, text: raw.replace(/\r$/, '') }))
    .filter((line) => line.text.trim() !== '')
  if (lines.length === 0) throw new UserFacingError('file-empty', `${name} has only blank lines.`)
  return lines.map((line) => ({ ...line, value: parseLine(line) }))
}

function parseLine(line: { file: string; line: number; text: string }): object {
  const value = parseJson(line)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw lineError('bad-line', { ...line, column: 1 }, 'is not a JSON object.')
  }
  const trouble = troubleIn(value)
  if (trouble) {
    const column = positionOf(line.text, trouble.path) + 1
    throw lineError('bad-line', { ...line, column }, trouble.reason)
  }
  return value
}

function parseJson(line: { file: string; line: number; text: string }): unknown {
  try {
    return JSON.parse(line.text)
  } catch (cause) {
    const position = syntaxErrorPosition(line.text) ?? 0
    const found = line.text.slice(position, position + 10)
    const reason = found
      ? `is not JSON from ${quoted(found)} on; each line must be one whole JSON object.`
      : 'ends before its JSON does; each line must be one whole JSON object.'
    const error = lineError('bad-line', { ...line, column: position + 1 }, reason)
    error.cause = cause
    throw error
  }
}

type Trouble = { path: PropertyKey[]; reason: string }

/** Not recursive, since depth is what it guards against. */
function troubleIn(root: object): Trouble | null {
  const waiting: { value: object; path: PropertyKey[] }[] = [{ value: root, path: [] }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, path } = next
    if (path.length >= maxJsonDepth) return { path, reason: `nests deeper than ${maxJsonDepth}.` }
    for (const [key, child] of Object.entries(value)) {
      if (key === '__proto__') return { path, reason: 'has a field "__proto__", which is refused.' }
      if (typeof child === 'object' && child !== null) {
        waiting.push({ value: child, path: [...path, key] })
      }
    }
  }
  return null
}

/** The line as `schema` wants it, or an error at the column of the first field that is wrong. */
export function parseRow<Row>(schema: z.ZodType<Row>, line: JsonLine): Row {
  const result = schema.safeParse(line.value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const path = issue?.path ?? []
  const field = path.length > 0 ? `${path.join('.')}: ` : ''
  const isMissing = issue?.code === 'invalid_type' && issue.message.endsWith('received undefined')
  throw lineAt(line, path, `${field}${isMissing ? 'is missing' : issue?.message}.`)
}

/** An error at the column of the field that `path` leads to. */
export function lineAt(
  line: JsonLine,
  path: readonly PropertyKey[],
  reason: string,
): UserFacingError {
  return lineError('bad-line', { ...line, column: positionOf(line.text, path) + 1 }, reason)
}
