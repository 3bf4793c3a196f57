import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { describeApi, operationsOf } from './openapi.ts'

test('the API describes itself in valid OpenAPI 3.1', async () => {
  const document = await describeApi('1.2.3')
  const validator = new Validator()
  const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(document)))
  expect(errors).toBeUndefined()
  expect([valid, validator.version, document.info.version]).toEqual([true, '3.1', '1.2.3'])
})

test('every operation says what it does', async () => {
  for (const { operation } of operationsOf(await describeApi('1'))) {
    expect(operation.summary?.length).toBeGreaterThan(5)
  }
})
