import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { findEnvironment, loadServerConfig } from './server-config.ts'

const model = "{ provider: 'openai', model: 'gpt-4.1-mini' }"

test('an environment has the models of the configuration, and its own instead', async () => {
  await using folder = await tempFolder({
    'proofloop.config.ts': `import { defineConfig } from 'proofloop'
export default defineConfig({
  models: { reviewer: ${model}, judge: ${model} },
  environments: {
    prod: { models: { reviewer: { provider: 'azure', model: 'team' } }, datasets: ['letters'] },
    dev: {},
  },
})`,
  })
  const config = loadServerConfig({ cwd: folder.folder })
  expect(config.directory).toBe(folder.folder)
  // In the order of their lives, not of the file.
  expect(config.environments.map(({ name }) => name)).toEqual(['dev', 'prod'])
  expect(findEnvironment(config, 'dev')).toMatchObject({
    models: { reviewer: { provider: 'openai' }, judge: { provider: 'openai' } },
    datasets: [],
    limits: { concurrency: 2, budget: null },
    capacity: { processors: 1, memoryMb: 1024, freeDiskMb: 1024 },
    retention: { backupHours: 26 },
    isolation: 'os',
  })
  expect(findEnvironment(config, 'prod')).toMatchObject({
    models: { reviewer: { provider: 'azure' }, judge: { provider: 'openai' } },
    datasets: ['letters'],
  })
})

test('the file that is named counts, under any name, also where proofloop is not installed', async () => {
  await using folder = await tempFolder({
    'proofloop.config.ts': 'export default { models: {}, environments: { dev: {} } }',
    'etc/server.ts': `import { defineConfig } from 'proofloop'
export default defineConfig({ models: {}, environments: { prod: {} } })`,
  })
  const config = loadServerConfig({ cwd: folder.folder, config: 'etc/server.ts' })
  expect(config.directory).toBe(folder.path('etc'))
  expect(config.environments.map(({ name }) => name)).toEqual(['prod'])
  expect(() => loadServerConfig({ cwd: folder.folder, config: 'nothing.ts' })).toThrow(
    expect.objectContaining({ code: 'config-not-found' }),
  )
})

test('without a configuration there are no environments, and the way to one is told', async () => {
  await using folder = await tempFolder()
  const config = loadServerConfig({ cwd: folder.folder })
  expect(config.environments).toEqual([])
  expect(() => findEnvironment(config, 'dev')).toThrow(
    expect.objectContaining({
      code: 'environment-not-found',
      message: expect.stringContaining('environments: { dev: {} }'),
    }),
  )
})

test.each([
  ['{ staging: {} }', 'environments.staging: '],
  ['{ dev: { modles: {} } }', 'environments.dev.modles: '],
  ['{ dev: { limits: { concurrency: 0 } } }', 'environments.dev.limits.concurrency: '],
  ['{ dev: { retention: { backupHours: -1 } } }', 'environments.dev.retention.backupHours: '],
  ['{ dev: { isolation: "none" } }', 'environments.dev.isolation: '],
  ['{ dev: { models: { reviewer: { provider: "openai", model: "m", apiKey: "sk" } } } }', 'Keys'],
])('%s is refused, and the field named', async (environments, sentence) => {
  await using folder = await tempFolder({
    'proofloop.config.ts': `export default { models: {}, environments: ${environments} }`,
  })
  const attempt = (): unknown => loadServerConfig({ cwd: folder.folder })
  expect(attempt).toThrow(expect.objectContaining({ code: 'config-invalid' }))
  expect(attempt).toThrow(sentence)
})
