import { expect, test } from 'vitest'
import { ModelSettings } from '../schema/config.ts'
import { type EnvironmentName, EnvironmentSettings } from '../schema/environment.ts'
import { othersOnAccounts } from './gate-environment.ts'

const model = (apiKeyEnv: string, more = {}) =>
  ModelSettings.parse({ provider: 'openai', model: 'm', apiKeyEnv, ...more })
const environment = (name: EnvironmentName, reviewer: ModelSettings) => ({
  ...EnvironmentSettings.parse({}),
  name,
  models: { reviewer },
})
const env = { ONE: 'sk-one', SAME: 'sk-one', OTHER: 'sk-other' }
const flowModels = { reviewer: model('OTHER') }
const testWith = (reviewer: ModelSettings) => ({
  environments: [environment('dev', model('ONE')), environment('test', reviewer)],
})

test('an account is told by its key and address, whichever variable holds the key', () => {
  const asked = { env, flowModels, serves: 'prod' } as const
  expect(othersOnAccounts(testWith(model('SAME')), asked)).toEqual(['dev'])
  expect(othersOnAccounts(testWith(model('OTHER')), asked)).toEqual([])
  const elsewhere = model('ONE', { baseURL: 'https://models.example.org/v1' })
  expect(othersOnAccounts(testWith(elsewhere), asked)).toEqual([])
})

test('the flow’s own configuration asks, too, where the server is for no environment', () => {
  const asked = { env, flowModels }
  const flow = 'the flow’s own configuration'
  expect(othersOnAccounts(testWith(model('OTHER')), asked)).toEqual([flow])
})

test('a server that is for the environment of gates reviews with their key', () => {
  const asked = { env, flowModels, serves: 'test' } as const
  expect(othersOnAccounts(testWith(model('OTHER')), asked)).toEqual(['the server’s own flow'])
})

test('without an environment for gates nothing is shared that was not anyway', () => {
  const { environments } = testWith(model('ONE'))
  const dev = { environments: environments.filter(({ name }) => name === 'dev') }
  expect(othersOnAccounts(dev, { env, flowModels })).toEqual([])
})
