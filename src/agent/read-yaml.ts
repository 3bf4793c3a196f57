import { LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'
import { readAgentFile } from './agent-file.ts'

/** `name` and `firstLine` are for errors: where in which file the text stands. */
export type YamlText = { text: string; name: string; firstLine: number }

/**
 * Reads a YAML file and checks it against a schema.
 * @throws UserFacingError agent-file-missing or agent-file-invalid, which names file, line and field
 */
export async function readYaml<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<{ value: z.output<Schema>; text: string }> {
  const { name, text } = await readAgentFile(file)
  return { value: parseYaml({ text, name, firstLine: 1 }, schema), text }
}

/** @throws UserFacingError agent-file-invalid, which names file, line and field */
export function parseYaml<Schema extends z.ZodType>(
  { text, name, firstLine }: YamlText,
  schema: Schema,
): z.output<Schema> {
  const lines = new LineCounter()
  const lineOf = (offset: number): number => lines.linePos(offset).line + firstLine - 1
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [syntax] = document.errors
  if (syntax !== undefined) {
    const sentence = `${name}:${lineOf(syntax.pos[0])}: ${syntax.message}`
    throw new UserFacingError('agent-file-invalid', sentence)
  }
  const result = schema.safeParse(document.toJS({ maxAliasCount: 100 }))
  if (result.success) return result.data
  const [issue] = result.error.issues
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const field = [...(issue?.path ?? []), ...unknown].map(String)
  throw new UserFacingError(
    'agent-file-invalid',
    `${name}:${lineOf(offsetOf(document, field))}: ${field.join('.') || 'the file'}: ${issue?.message}`,
  )
}

/** Of a field, or of what should hold it when it is missing. */
function offsetOf(document: ReturnType<typeof parseDocument>, field: string[]): number {
  for (let depth = field.length; depth > 0; depth -= 1) {
    const node = document.getIn(field.slice(0, depth), true)
    if (hasRange(node)) return node.range[0]
  }
  return 0
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
}
