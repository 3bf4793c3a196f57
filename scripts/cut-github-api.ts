// Cuts GitHub's description of its REST API to the calls that the GitHub forge makes:
//   npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz
//   node scripts/cut-github-api.ts package/generated/api.github.com.json
import { readFileSync, writeFileSync } from 'node:fs'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Fields = { [key: string]: Json }

const calls = [
  'POST /app/installations/{installation_id}/access_tokens',
  'GET /user',
  'GET /repos/{owner}/{repo}',
  'GET /repos/{owner}/{repo}/git/ref/{ref}',
  'GET /repos/{owner}/{repo}/rules/branches/{branch}',
  'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}',
  'GET /repos/{owner}/{repo}/branches/{branch}/protection',
  'GET /repos/{owner}/{repo}/pulls',
  'POST /repos/{owner}/{repo}/pulls',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}',
  'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
  'GET /repos/{owner}/{repo}/commits/{ref}/status',
  'POST /repos/{owner}/{repo}/check-runs',
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
  'POST /repos/{owner}/{repo}/statuses/{sha}',
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
  'GET /repos/{owner}/{repo}/deployments',
  'POST /repos/{owner}/{repo}/deployments',
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
  'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
]

/** What is said for people, and GitHub's own extensions. */
const forPeople = new Set(['description', 'title', 'summary', 'externalDocs', 'example', 'tags'])

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('Name the description: …/generated/api.github.com.json')
const whole = JSON.parse(readFileSync(file, 'utf8')) as Fields
const schemas: Fields = {}
const cut = {
  info: field(whole, 'info'),
  calls: Object.fromEntries(calls.map((call) => [call, cutCall(call)])),
  schemas,
}
writeFileSync(
  new URL('../test/fixtures/github-api/openapi.json', import.meta.url),
  `${JSON.stringify(cut)}\n`,
)

function cutCall(call: string): Fields {
  const [method = '', path = ''] = call.split(' ')
  const item = fieldsOf(fieldsOf(whole.paths)[path])
  const operation = fieldsOf(item[method.toLowerCase()])
  const parameters = listOf(operation.parameters).map((parameter) => {
    const {
      name = null,
      in: place = null,
      required = false,
      schema = {},
    } = fieldsOf(resolve(parameter))
    return { name, in: place, required, schema: schemaOf(schema) }
  })
  const body = fieldsOf(operation.requestBody ?? {})
  return {
    parameters,
    body: body.content === undefined ? null : schemaOf(field(contentOf(body), 'schema')),
    answers: Object.fromEntries(
      Object.entries(fieldsOf(operation.responses)).map(([status, answer]) => [
        status,
        cutAnswer(fieldsOf(resolve(answer))),
      ]),
    ),
  }
}

function cutAnswer(answer: Fields): Fields {
  if (answer.content === undefined) return { schema: null, example: null }
  const { schema, examples = {} } = contentOf(answer)
  const [example] = Object.values(fieldsOf(examples))
  const value = example === undefined ? null : fieldsOf(resolve(example)).value
  return { schema: schema === undefined ? null : schemaOf(schema), example: value ?? null }
}

function contentOf(body: Fields): Fields {
  return fieldsOf(fieldsOf(body.content)['application/json'] ?? {})
}

/** As JSON Schema: OpenAPI 3.0 has `nullable` instead of the type null. */
function schemaOf(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(schemaOf)
  if (schema === null || typeof schema !== 'object') return schema
  if (typeof schema.$ref === 'string') return reference(schema.$ref)
  const { nullable, ...rest } = schema
  const kept = Object.fromEntries(
    Object.entries(rest)
      .filter(([key]) => !forPeople.has(key) && !key.startsWith('x-'))
      .map(([key, value]) => [key, key === 'properties' ? propertiesOf(value) : schemaOf(value)]),
  )
  return nullable === true ? { anyOf: [{ type: 'null' }, kept] } : kept
}

/** Their names may be words that elsewhere are for people. */
function propertiesOf(properties: Json): Json {
  return Object.fromEntries(
    Object.entries(fieldsOf(properties)).map(([name, schema]) => [name, schemaOf(schema)]),
  )
}

function reference(address: string): Json {
  const name = address.slice(address.lastIndexOf('/') + 1)
  if (!(name in schemas)) {
    // Before it is cut: schemas name themselves.
    schemas[name] = {}
    schemas[name] = schemaOf(resolve({ $ref: address }))
  }
  return { $ref: `#/schemas/${name}` }
}

function resolve(value: Json): Json {
  const { $ref } = fieldsOf(value)
  if (typeof $ref !== 'string') return value
  const steps = $ref.split('/').slice(1)
  return steps.reduce<Json>((at, step) => field(at, step), whole)
}

function fieldsOf(value: Json | undefined): Fields {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new Error(`Not an object: ${JSON.stringify(value)}`)
  }
  return value
}

function field(value: Json, name: string): Json {
  const found = fieldsOf(value)[name]
  if (found === undefined) throw new Error(`There is no ${name}.`)
  return found
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}
