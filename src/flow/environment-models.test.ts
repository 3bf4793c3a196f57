import { expect, test } from 'vitest'
import { ModelSettings } from '../schema/config.ts'
import { contentIn, modelsNow, type RunEnvironments } from './environment-models.ts'

const model = (settings: object = {}) =>
  ModelSettings.parse({ provider: 'openai', model: 'm', ...settings })

const prod = {
  reviewer: model({ limits: { concurrency: 3 }, parameters: { temperature: 1 } }),
  judge: model({ model: 'j' }),
}
const environments: RunEnvironments = {
  own: 'prod',
  foreign: 'prod',
  models: new Map([['prod', prod]]),
}
const cold = { parameters: { temperature: 0 } }

test('a flow keeps its parameters, and gets the connections of the environment', () => {
  const content = { models: { reviewer: model({ model: 'of the flow', ...cold }), own: model() } }
  const { models, environment } = contentIn(content, 'prod', environments)
  expect(environment).toBe('prod')
  expect(Object.keys(models)).toEqual(['reviewer', 'judge'])
  expect(models['reviewer']).toEqual({ ...prod.reviewer, ...cold })
  expect(contentIn(content, null, environments)).toBe(content)
})

test('limits and prices of a version are those of today', () => {
  const price = { inputPerMillion: 1, outputPerMillion: 2 }
  const made = { reviewer: model({ limits: { concurrency: 99 }, price, ...cold }) }
  const now = modelsNow({ environment: 'prod', models: made }, environments)
  expect(now).toEqual({ reviewer: { ...prod.reviewer, ...cold } })
  // Also of one that was made before the server had an environment.
  expect(modelsNow({ models: made }, environments)).toEqual(now)
  expect(modelsNow({ models: made }, { ...environments, own: null })).toBe(made)
})

test.each([
  { model: 'other' },
  { baseURL: 'http://127.0.0.1:9/v1' },
  { apiKeyEnv: 'OTHER_KEY' },
  { provider: 'azure' },
])('a connection that the environment does not have is none: %o', (settings) => {
  const version = { environment: 'prod' as const, models: { reviewer: model(settings) } }
  expect(modelsNow(version, environments)).toEqual({})
})

test('a version of an environment that the server has no more can ask nobody', () => {
  expect(modelsNow({ environment: 'dev', models: { reviewer: model() } }, environments)).toEqual({})
})
