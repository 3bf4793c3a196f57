import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'

/**
 * Reads a YAML file and checks it against a schema.
 * @throws UserFacingError agent-file-missing or agent-file-invalid, which names file, line and field
 */
export async function readYaml<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<{ value: z.output<Schema>; text: string }> {
  const name = path.join(path.basename(path.dirname(file)), path.basename(file))
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UserFacingError('agent-file-missing', `${name} cannot be read. Is it there?`, {
      cause: error,
    })
  })
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [syntax] = document.errors
  if (syntax !== undefined) {
    const { line } = lines.linePos(syntax.pos[0])
    throw new UserFacingError('agent-file-invalid', `${name}:${line}: ${syntax.message}`)
  }
  const result = schema.safeParse(document.toJS({ maxAliasCount: 100 }))
  if (result.success) return { value: result.data, text }
  const [issue] = result.error.issues
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const field = [...(issue?.path ?? []), ...unknown].map(String)
  const { line } = lines.linePos(offsetOf(document, field))
  throw new UserFacingError(
    'agent-file-invalid',
    `${name}:${line}: ${field.join('.') || 'the file'}: ${issue?.message}`,
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
