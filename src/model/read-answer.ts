import { z } from 'zod'
import { maxJsonDepth, scanJson } from '../lib/scan-json.ts'

/** `problem` is for the model, which is asked again: it holds words of the schema and none of the answer. */
export type ReadAnswer<T> = { ok: true; value: T } | { ok: false; problem: string }

/**
 * The one JSON value in an answer, in a fence or between prose too, as `schema` wants it. What could
 * be read in two ways is refused: several values, fields that stand twice, fields of every object
 * (`__proto__`).
 */
export function readAnswer<T>(text: string, schema: z.ZodType<T>): ReadAnswer<T> {
  const found = findJson(text, schema)
  if (!found.ok) return found
  const result = schema.safeParse(JSON.parse(found.value))
  if (result.success) return { ok: true, value: result.data }
  return problem(misfitOf(result.error, schema))
}

/** For the model that is asked again: what of its JSON is not as the schema wants it. */
export function misfitOf({ issues }: z.ZodError, schema: z.ZodType): string {
  const described = issues.slice(0, 5).map((issue) => describe(issue, schema))
  return `The JSON does not fit the schema: ${described.join('; ')}.`
}

function problem(sentence: string): { ok: false; problem: string } {
  return { ok: false, problem: sentence }
}

/** Where the value may start; `[` before a letter is prose. */
const opening = /\{|\[\s*[{["\]\d-]/
/** What after it would be another one. */
const another = /\{\s*["}]|\[\s*[{["\]\d-]/

function findJson(text: string, schema: z.ZodType): ReadAnswer<string> {
  // Also of a byte-order mark.
  const whole = text.trim()
  if (whole === '') return problem('The answer is empty.')
  const start = whole.search(opening)
  // A text, number or truth by itself; in prose there is no telling which is meant.
  if (start === -1)
    return isJson(whole) ? { ok: true, value: whole } : problem('The answer holds no JSON.')
  let trouble: string | null = null
  const scan = scanJson(whole, start, {
    field: ({ path }, name, before) => {
      if (forbidden.has(name)) trouble ??= `A field may not be named ${name}.`
      else if (before.has(name)) {
        trouble ??= `${fieldName([...path, name], schema)} stands twice in one object.`
      }
    },
  })
  if (scan.isTooDeep) return problem(`The JSON nests deeper than ${maxJsonDepth}.`)
  if (!scan.isSound) return problem(syntaxProblem(whole, scan.at))
  if (trouble !== null) return problem(trouble)
  const rest = whole.slice(scan.at)
  if (another.test(rest)) return problem('The answer holds more than one JSON value.')
  return { ok: true, value: whole.slice(start, scan.at) }
}

function isJson(text: string): boolean {
  const { isSound, at } = scanJson(text, 0, {})
  return isSound && at === text.length
}

function syntaxProblem(text: string, at: number): string {
  return at >= text.length
    ? 'The answer ends before its JSON does.'
    : `The JSON has a syntax error at character ${at + 1} of the answer.`
}

const forbidden = new Set(['__proto__', 'constructor', 'prototype'])

function describe(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  const field = fieldName(issue.path, schema)
  if (issue.code === 'unrecognized_keys') return `${field} has fields that the schema does not name`
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  return `${field}: ${isMissing ? 'is missing' : issue.message}`
}

/** `issues.3.quote`; a name that is not the schema's may be a piece of the document. */
function fieldName(path: PropertyKey[], schema: z.ZodType): string {
  if (path.length === 0) return 'the answer'
  const known = namesIn(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }))
  return path
    .map((part) => (typeof part === 'number' || known.has(String(part)) ? String(part) : '(other)'))
    .join('.')
}

function namesIn(schema: unknown): Set<string> {
  if (typeof schema !== 'object' || schema === null) return new Set()
  const own = 'properties' in schema && schema.properties ? Object.keys(schema.properties) : []
  return Object.values(schema).reduce<Set<string>>(
    (names, child) => names.union(namesIn(child)),
    new Set(own),
  )
}
