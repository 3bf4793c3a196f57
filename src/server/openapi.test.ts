import { type AnyContractProcedure, isContractProcedure } from '@orpc/contract'
import type { OpenAPI } from '@orpc/openapi'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { testServer } from '../../test/helpers/test-server.ts'
import { exampleOf } from './api-example.ts'
import { served } from './implementer.ts'
import { describeApi, operationsOf } from './openapi.ts'

type Description = Parameters<typeof operationsOf>[0]

async function described() {
  await using server = await testServer()
  const answer = await server.nobody('GET', '/api/openapi.json')
  return (await answer.json()) as Description
}

test('the API describes itself in valid OpenAPI 3.1', async () => {
  const document = await describeApi('1.2.3')
  const validator = new Validator()
  const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(document)))
  expect(errors).toBeUndefined()
  expect([valid, validator.version, document.info.version]).toEqual([true, '3.1', '1.2.3'])
})

test('each operation has a name of its own, its parameters, what it takes and what it answers', async () => {
  const operations = operationsOf(await described())
  const names = operations.map(({ operation }) => operation.operationId)
  expect(new Set(names).size).toBe(names.length)
  for (const { method, path, operation } of operations) {
    const inPath = Array.from(path.matchAll(/\{(\w+)\}/gu), ([, name]) => name)
    const declared = (operation.parameters ?? []).filter(
      (parameter) => 'in' in parameter && parameter.in === 'path' && parameter.required,
    )
    expect([path, declared.map((one) => 'name' in one && one.name)]).toEqual([path, inPath])
    expect([
      path,
      Object.keys(operation.responses ?? {}).some((one) => one.startsWith('2')),
    ]).toEqual([path, true])
    expect(operation).toMatchObject({
      summary: expect.any(String),
      'x-permission': expect.any(String),
    })
    expect([path, method === 'get' && operation.requestBody !== undefined]).toEqual([path, false])
  }
})

test('a file is sent as a form, and streams and files are what they are', async () => {
  const { paths } = await described()
  const body = paths?.['/documents']?.post?.requestBody
  expect(body && 'content' in body && Object.keys(body.content)).toEqual(['multipart/form-data'])
  const events = paths?.['/reviews/{review}/events']?.get?.responses?.['200']
  expect(events && 'content' in events && Object.keys(events.content ?? {})).toEqual([
    'text/event-stream',
  ])
})

test('the page for people names every operation and needs nothing from elsewhere', async () => {
  await using server = await testServer()
  const page = await (await server.nobody('GET', '/api')).text()
  for (const { path } of operationsOf(await described())) expect(page).toContain(`/api${path}`)
  expect(page).not.toMatch(/<script|<link|src=|https?:\/\//)
})

test('the page has a command for each operation with a body', async () => {
  await using server = await testServer()
  const page = await (await server.nobody('GET', '/api')).text()
  const bodies = Array.from(
    page.matchAll(/ -d '(\{&quot;.*?|\{\})' &quot;\$PROOFLOOP/g),
    ([, body = '']) => JSON.parse(body.replaceAll('&quot;', '"')),
  )
  expect(bodies.length).toBeGreaterThan(10)
  expect(bodies).toContainEqual({ version: 0, judgement: { kind: 'accepted' } })
  expect(bodies).toContainEqual({ name: '…', permissions: ['documents:read'] })
})

test('the contract takes the example of each request', async () => {
  const document = await described()
  const schemas = document.components?.schemas
  const refused: unknown[] = []
  const bodies: string[] = []
  for (const { path, operation } of operationsOf(document)) {
    const { requestBody, parameters = [], operationId = '' } = operation
    if (requestBody !== undefined && 'content' in requestBody && !jsonOf(requestBody)) continue
    const needed = parameters.flatMap((one) => ('name' in one && one.required ? [one] : []))
    const given = needed.map(({ name, schema }) => [name, exampleOf(schema, schemas)])
    const body = requestBody === undefined ? {} : exampleOf(jsonOf(requestBody)?.schema, schemas)
    if (requestBody !== undefined) bodies.push(path)
    const { inputSchema } = procedureOf(operationId)['~orpc']
    if (inputSchema === undefined) continue
    const input = { ...Object.fromEntries(given), ...Object(body) }
    const { issues } = await inputSchema['~standard'].validate(input)
    if (issues !== undefined) refused.push([operationId, input, issues])
  }
  expect(refused).toEqual([])
  expect(bodies.length).toBeGreaterThan(15)
})

function jsonOf(body: OpenAPI.RequestBodyObject | OpenAPI.ReferenceObject) {
  return 'content' in body ? body.content['application/json'] : undefined
}

function procedureOf(operationId: string): AnyContractProcedure {
  const found = operationId
    .split('.')
    .reduce<unknown>((at, name) => Reflect.get(Object(at), name), served)
  if (isContractProcedure(found)) return found
  throw new Error(`There is no procedure ${operationId}.`)
}
