import type { OpenAPI } from '@orpc/openapi'

type Schema = Record<string, unknown>
type Components = OpenAPI.ComponentsObject['schemas']

/** The smallest value that a request may have, with `…` for each text: required parts only. */
export function exampleOf(schema: unknown, components: Components): unknown {
  if (!isSchema(schema)) return '…'
  const { $ref: reference, const: constant, enum: choices, anyOf, oneOf, type } = schema
  if (typeof reference === 'string') {
    return exampleOf(components?.[reference.split('/').at(-1) ?? ''], components)
  }
  if (constant !== undefined) return constant
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
      return '…'
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

function smallest({ minimum, exclusiveMinimum }: Schema): number {
  if (typeof exclusiveMinimum === 'number') return exclusiveMinimum + 1
  return typeof minimum === 'number' && minimum > 0 ? minimum : 0
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null
}
