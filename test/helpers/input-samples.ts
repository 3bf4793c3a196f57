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
  /** By route (`PUT /api/rows/{row}`), requests whose parts belong together: without that, nothing is done. */
  whole?: Record<string, Record<string, unknown>[]>
  /**
   * Of what is no text: `some` of numbers and nothing wrong, or `one` of numbers, choices and alternatives; all when
   * left out.
   */
  others?: 'some' | 'one'
}

/** An object that has what is required, then that one with each value of each field. */
export function objectsOf(schema: InputSchema, samples: Samples): Record<string, unknown>[] {
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    return { name, values: valuesOf(field, { name, samples }) }
  })
  const required = fields.filter(({ name }) => schema.required?.includes(name))
  const wrong = samples.others === undefined ? [{ wrong: samples.words[0] }] : []
  const base = Object.fromEntries(required.map(({ name, values }) => [name, values[0]]))
  const changed = fields.flatMap(({ name, values }) =>
    [...values, ...wrong].map((value) => ({ ...base, [name]: value })),
  )
  return [base, ...changed]
}

type Named = { name: string; samples: Samples }

function valuesOf(schema: InputSchema, named: Named): unknown[] {
  const { samples } = named
  if (schema.contentEncoding === 'binary') return samples.files
  if ('const' in schema) return [schema.const]
  if (schema.enum !== undefined) return someOf(schema.enum, samples)
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives !== undefined) {
    return someOf(alternatives, samples).flatMap((one) => valuesOf(one, named))
  }
  if (Array.isArray(schema.type)) {
    return someOf(schema.type, samples).flatMap((type) => valuesOf({ ...schema, type }, named))
  }
  if (schema.type === 'object') return objectsOf(schema, samples)
  if (schema.type === 'array') return valuesOf(schema.items ?? {}, named).map((item) => [item])
  return simpleValues(schema, named)
}

function simpleValues({ type, maximum = 1000 }: InputSchema, { name, samples }: Named): unknown[] {
  if (type === 'boolean') return someOf([true, false], samples)
  if (type === 'integer' || type === 'number') {
    const numbers = samples.others === undefined ? [1, 0, maximum, 3, -1, 1.5] : [1, 0]
    return someOf(numbers, samples)
  }
  return type === 'null' ? [null] : (samples.known[name] ?? samples.words)
}

function someOf<Value>(all: readonly Value[], { others }: Samples): Value[] {
  return others === 'one' ? all.slice(0, 1) : [...all]
}
