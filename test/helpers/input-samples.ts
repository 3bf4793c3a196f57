/** As much of JSON Schema as inputs of the API take. */
export type InputSchema = {
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: InputSchema[]
  oneOf?: InputSchema[]
  items?: InputSchema
  properties?: Record<string, InputSchema>
  required?: string[]
  contentEncoding?: string
  minimum?: number
  maximum?: number
}

/** What to try. */
export type Samples = {
  /** By the name of a field, first what its reader may see. */
  known: Record<string, string[]>
  /** For every text that is not known by name. */
  words: string[]
  files: File[]
}

/** An object that has what is required, then that one with each value of each field, also with wrong ones. */
export function objectsOf(schema: InputSchema, samples: Samples): Record<string, unknown>[] {
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    return { name, values: valuesOf(field, { name, samples }) }
  })
  const required = fields.filter(({ name }) => schema.required?.includes(name))
  const base = Object.fromEntries(required.map(({ name, values }) => [name, values[0]]))
  const changed = fields.flatMap(({ name, values }) =>
    [...values, { wrong: samples.words[0] }].map((value) => ({ ...base, [name]: value })),
  )
  return [base, ...changed]
}

type Named = { name: string; samples: Samples }

function valuesOf(schema: InputSchema, named: Named): unknown[] {
  const { name, samples } = named
  if (schema.contentEncoding === 'binary') return samples.files
  if ('const' in schema) return [schema.const]
  if (schema.enum !== undefined) return schema.enum
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives !== undefined) return alternatives.flatMap((one) => valuesOf(one, named))
  if (Array.isArray(schema.type)) {
    return schema.type.flatMap((type) => valuesOf({ ...schema, type }, named))
  }
  if (schema.type === 'object') return objectsOf(schema, samples)
  if (schema.type === 'array') return valuesOf(schema.items ?? {}, named).map((item) => [item])
  return simpleValues(schema, samples.known[name] ?? samples.words)
}

function simpleValues({ type, maximum = 1000 }: InputSchema, texts: string[]): unknown[] {
  if (type === 'boolean') return [true, false]
  if (type === 'integer' || type === 'number') return [1, 0, maximum, 3, -1, 1.5]
  return type === 'null' ? [null] : texts
}
