import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

/** As scripts/cut-github-api.ts cuts it out of GitHub's own description. */
type Description = {
  calls: Record<string, Call>
}

type Call = {
  parameters: { name: string; in: string; required: boolean; schema: object }[]
  body: { properties?: Record<string, unknown> } | null
  answers: Record<string, { schema: object | null; example: unknown }>
}

export type Matched = { call: string; path: Record<string, string> }

/** What somebody sent. */
export type Sent = {
  call: string
  path: Record<string, string>
  query: URLSearchParams
  body: unknown
}

const file = new URL('../../fixtures/github-api/openapi.json', import.meta.url)
const description = JSON.parse(readFileSync(file, 'utf8')) as Description

// Names of repositories are of a format of GitHub's own.
const formats = { 'repo.nwo': /^[\w.-]+\/[\w.-]+$/ }
const ajv = new Ajv({ strict: false, allErrors: true, formats })
addFormats.default(ajv)
ajv.addSchema(description, 'github')
// What comes in an address is text.
const coercing = new Ajv({ strict: false, allErrors: true, coerceTypes: true, formats })
addFormats.default(coercing)

const templates = Object.keys(description.calls).map((call) => {
  const [method = '', path = ''] = call.split(' ')
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`)
  return { call, method, names, pattern }
})

/** Null: no call that we know. */
export function matchCall(method: string, pathname: string): Matched | null {
  for (const template of templates) {
    const found = template.method === method ? template.pattern.exec(pathname) : null
    if (found === null) continue
    const values = found.slice(1).map(decodeURIComponent)
    const path = Object.fromEntries(template.names.map((name, i) => [name, values[i] ?? '']))
    return { call: template.call, path }
  }
  return null
}

/** What of a request GitHub does not describe; empty: nothing. */
export function faultsOfRequest({ call, path, query, body }: Sent): string[] {
  const { body: schema } = callOf(call)
  return [
    ...faultsBy(addressOf(call, 'path'), { ...path }, 'address'),
    ...faultsBy(addressOf(call, 'query'), Object.fromEntries(query), 'address'),
    ...(schema === null ? faultsOfNoBody(body) : faultsOfBody(call, schema, body)),
  ]
}

/**
 * What GitHub answers to any call and describes with few: who asks, whether what they name is there or fits, how
 * often they ask, and what goes wrong at its side.
 */
const basicError = { $ref: 'github#/schemas/basic-error', required: ['message'] }
const toAnyCall: Record<number, object> = {
  ...Object.fromEntries(
    [301, 401, 403, 404, 429, 500, 502, 503, 504].map((status) => [status, basicError]),
  ),
  422: { $ref: 'github#/schemas/validation-error' },
}

/** What of an answer, also of a refusal, GitHub does not describe; empty: nothing. */
export function faultsOfAnswer(call: string, status: number, body: unknown): string[] {
  const answer = callOf(call).answers[String(status)]
  if (answer === undefined) {
    const schema = toAnyCall[status]
    if (schema === undefined) return [`GitHub describes no answer ${status}`]
    return faultsBy(ajv.compile(schema), body, 'answer')
  }
  if (answer.schema === null) return []
  return faultsBy(validatorOf(call, `answers/${status}/schema`), body, 'answer')
}

/** GitHub's own example of an answer, where values are not told. */
export function exampleOf<T extends object>(call: string, status: number): T {
  return structuredClone(callOf(call).answers[String(status)]?.example) as T
}

function callOf(call: string): Call {
  const found = description.calls[call]
  if (found === undefined) throw new Error(`${call} is not in the description.`)
  return found
}

/** Compiling takes longer than all that a call does: each is compiled once. */
const addresses = new Map<string, ValidateFunction>()

function addressOf(call: string, place: 'path' | 'query'): ValidateFunction {
  const key = `${place} of ${call}`
  const known = addresses.get(key)
  if (known !== undefined) return known
  const described = callOf(call).parameters.filter((parameter) => parameter.in === place)
  const made = coercing.compile({
    type: 'object',
    properties: Object.fromEntries(described.map(({ name, schema: of }) => [name, of])),
    required: described.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  })
  addresses.set(key, made)
  return made
}

function faultsOfNoBody(body: unknown): string[] {
  return body === undefined ? [] : ['body: GitHub takes none']
}

function faultsOfBody(call: string, schema: NonNullable<Call['body']>, body: unknown): string[] {
  const known = schema.properties
  const names = typeof body === 'object' && body !== null ? Object.keys(body) : []
  const strange = known === undefined ? [] : names.filter((name) => !(name in known))
  return [
    ...strange.map((name) => `body: GitHub knows no ${name}`),
    ...faultsBy(validatorOf(call, 'body'), body, 'body'),
  ]
}

function validatorOf(call: string, place: string): ValidateFunction {
  const name = encodeURIComponent(call.replaceAll('~', '~0').replaceAll('/', '~1'))
  const found = ajv.getSchema(`github#/calls/${name}/${place}`)
  if (found === undefined) throw new Error(`No schema of ${call}, ${place}.`)
  return found
}

function faultsBy(validate: ValidateFunction, value: unknown, what: string): string[] {
  if (validate(value) === true) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${what}${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}
