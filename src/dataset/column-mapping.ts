import { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'
import { lineAt, type JsonLine } from './json-lines.ts'
import { quoted } from './line-error.ts'

/** Fields of an example, each with the path of the column that has it. */
export type ColumnMapping = ReadonlyMap<string, readonly string[]>

const fields = ['id', 'document', 'paragraphs', 'issues', 'group', 'split'] as const

const Sent = z.union([z.array(z.string()), z.record(z.string(), z.string())])

/**
 * As a form sends it: JSON of a list as on the command line, or of an object as prompt flow has it,
 * `{"issues": "${data.gt_json}"}`.
 * @throws UserFacingError column-mapping
 */
export function parseSentMapping(text: string): ColumnMapping {
  const sent = Sent.safeParse(jsonOf(text))
  if (!sent.success) {
    throw new UserFacingError(
      'column-mapping',
      `The column mapping ${quoted(text)} is no JSON of texts. Send an object such as {"id": "name", "issues": "gt_json"}, or a list such as ["issues=gt_json"]; the fields are ${fields.join(', ')}.`,
    )
  }
  if (Array.isArray(sent.data)) return parseColumnMapping(sent.data)
  const pairs = Object.entries(sent.data).map(([field, column]) => `${field}=${column}`)
  return parseColumnMapping(pairs)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Reads `issues=${data.gt_json}`, as the runs of prompt flow have it, or `issues=gt_json.issues`.
 * @throws UserFacingError column-mapping
 */
export function parseColumnMapping(given: readonly string[]): ColumnMapping {
  const mapping = new Map<string, string[]>()
  for (const one of given) {
    const [, field = '', column = ''] = /^([^=]+)=(.+)$/.exec(one) ?? []
    const [, inner] = /^\$\{data\.(.+)\}$/.exec(column) ?? []
    const path = (inner ?? column).split('.')
    const isKnown = fields.some((known) => known === field)
    if (!isKnown || path.includes('') || column.includes('$') !== (inner !== undefined)) {
      throw notUnderstood(one)
    }
    if (mapping.has(field)) throw notUnderstood(one, 'names a field for the second time')
    mapping.set(field, path)
  }
  return mapping
}

function notUnderstood(given: string, why = 'is not understood'): UserFacingError {
  return new UserFacingError(
    'column-mapping',
    `The column mapping ${quoted(given)} ${why}. Write FIELD=COLUMN, for example issues=\${data.gt_json} or issues=gt_json.issues; the fields are ${fields.join(', ')}.`,
  )
}

/** The line with the fields that we know; its other columns stay, those that were taken do not. */
export function mapColumns(line: JsonLine, mapping: ColumnMapping): JsonLine {
  const taken = new Set([...mapping.values()].map(([column]) => column))
  const others = Object.entries(line.value).filter(([name]) => !taken.has(name))
  const mapped = Array.from(mapping, ([field, path]) => {
    const value = valueAt(line, path)
    return [field, field === 'issues' ? issuesOf(value, { line, path }) : value]
  })
  return { ...line, value: Object.fromEntries([...others, ...mapped]) }
}

function valueAt(line: JsonLine, path: readonly string[]): unknown {
  let value: unknown = line.value
  for (const [depth, name] of path.entries()) {
    const inside = parsed(value)
    if (typeof inside !== 'object' || inside === null || !Object.hasOwn(inside, name)) {
      throw lineAt(line, path.slice(0, depth), `has no column ${quoted(path.join('.'))}.`)
    }
    value = Reflect.get(inside, name)
  }
  return value
}

/** A list, or what a flow gives out: `{"issues": […]}`; either may be a text with JSON in it. */
function issuesOf(given: unknown, at: { line: JsonLine; path: readonly string[] }): unknown {
  const value = parsed(given)
  const list = Array.isArray(value) ? value : (Reflect.get(Object(value), 'issues') as unknown)
  const issues = parsed(list)
  if (Array.isArray(issues)) return issues
  throw lineAt(at.line, at.path, 'holds no list of issues, nor an object with one in "issues".')
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
