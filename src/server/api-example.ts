import type { OpenAPI } from '@orpc/openapi'

type Schema = Record<string, unknown>
type Components = OpenAPI.ComponentsObject['schemas']

/**
 * The smallest value that a request may have, required parts only. A text is `…`, where it has to look like
 * something the example that its schema has.
 */
export function exampleOf(schema: unknown, components: Components): unknown {
  if (!isSchema(schema)) return '…'
  const { $ref: reference, const: constant, enum: choices, anyOf, oneOf, type, examples } = schema
  if (typeof reference === 'string') {
    return exampleOf(components?.[reference.split('/').at(-1) ?? ''], components)
  }
  if (constant !== undefined) return constant
  if (Array.isArray(examples)) return examples[0]
  if (Array.isArray(choices)) return choices[0]
  for (const ways of [anyOf, oneOf]) if (Array.isArray(ways)) return exampleOf(ways[0], components)
  switch (type) {
    case 'object':
      return exampleObject(schema, components)
    case 'array':
      return [exampleOf(schema['items'], components)]
    case 'integer':
    case 'number':
      return smallest(schema)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return exampleText(schema)
  }
}

function exampleObject({ properties, required }: Schema, components: Components): object {
  const names = Array.isArray(required) ? required : []
  const known = isSchema(properties) ? properties : {}
  return Object.fromEntries(
    Object.entries(known)
      .filter(([name]) => names.includes(name))
      .map(([name, inner]) => [name, exampleOf(inner, components)]),
  )
}

/** Text with a pattern has an example in its schema, unless its format says what it is. */
function exampleText({ format }: Schema): string {
  switch (format) {
    case 'email':
      return 'ann@example.org'
    case 'uri':
      return 'https://example.org/'
    default:
      return '…'
  }
}

function smallest({ minimum, exclusiveMinimum }: Schema): number {
  if (typeof exclusiveMinimum === 'number') return exclusiveMinimum + 1
  return typeof minimum === 'number' && minimum > 0 ? minimum : 0
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null
}
