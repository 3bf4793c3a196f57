import { z } from 'zod'

/** JSON Schemas, each made once: it takes longer than anything else that is done for a kept answer. */
export function createJsonSchemas(): (schema: z.ZodType) => Record<string, unknown> {
  const known = new WeakMap<z.ZodType, Record<string, unknown>>()
  return (schema) => {
    const json = known.get(schema) ?? z.toJSONSchema(schema)
    known.set(schema, json)
    return json
  }
}
