import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { UserFacingError } from '../lib/errors.ts'
import { GateSettings, isDemo } from '../schema/gate-settings.ts'
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
    limits: {
      requestsPerMinute: null,
      tokensPerMinute: null,
      budget: null,
      reviewMinutes: null,
      evaluationMinutes: null,
    },
    capacity: {
      reviews: 2,
      evaluations: 1,
      requests: null,
      processors: 1,
      memoryMb: 1024,
      freeDiskMb: 1024,
    },
    retention: {
      backupHours: 26,
      documentDays: null,
      answerDays: null,
      traceDays: 30,
      mistakeDays: null,
    },
    isolation: 'os',
  })
  expect(findEnvironment(config, 'prod')).toMatchObject({
    models: { reviewer: { provider: 'azure' }, judge: { provider: 'openai' } },
    datasets: ['letters'],
  })
})

test('an environment takes from what its connections may carry, and adds nothing', async () => {
  await using folder = await tempFolder({
    'proofloop.config.ts': `export default {
  models: {
    small: { ...${model}, limits: { concurrency: 2, requestsPerMinute: 10 } },
    large: { ...${model}, limits: { concurrency: 40, attempts: 2, tokensPerMinute: 9000 } },
  },
  environments: {
    dev: { limits: { requestsPerMinute: 20, tokensPerMinute: 500 }, capacity: { requests: 4 } },
    prod: {},
  },
}`,
  })
  const config = loadServerConfig({ cwd: folder.folder })
  const limitsIn = (name: string) => {
    const { small, large } = findEnvironment(config, name).models
    return [small?.limits, large?.limits]
  }
  expect(limitsIn('dev')).toMatchObject([
    { concurrency: 2, requestsPerMinute: 10, tokensPerMinute: 500 },
    { concurrency: 4, requestsPerMinute: 20, tokensPerMinute: 500, attempts: 2 },
  ])
  const [small, large] = limitsIn('prod')
  expect(small).toMatchObject({ concurrency: 2, requestsPerMinute: 10 })
  expect(small?.tokensPerMinute).toBeUndefined()
  expect(large).toMatchObject({ concurrency: 40, tokensPerMinute: 9000 })
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

test('without a configuration there are no environments, and the way to one is told, and leads there', async () => {
  await using folder = await tempFolder()
  const config = loadServerConfig({ cwd: folder.folder })
  expect(config.environments).toEqual([])
  const told = refusalOf(() => findEnvironment(config, 'dev'))
  expect(told).toMatchObject({ code: 'environment-not-found' })
  const [, advised = ''] = /`(.+?)`/u.exec(told?.message ?? '') ?? []
  await writeFile(folder.path('proofloop.config.ts'), advised)
  const { models } = findEnvironment(loadServerConfig({ cwd: folder.folder }), 'dev')
  expect(models).toEqual({})
})

function refusalOf(ask: () => unknown): UserFacingError | undefined {
  try {
    ask()
  } catch (error) {
    if (error instanceof UserFacingError) return error
    throw error
  }
  return undefined
}

test.each([
  ['{ staging: {} }', 'environments.staging: '],
  ['{ dev: { modles: {} } }', 'environments.dev.modles: '],
  ['{ dev: { capacity: { reviews: 0 } } }', 'environments.dev.capacity.reviews: '],
  ['{ dev: { limits: { concurrency: 2 } } }', 'environments.dev.limits.concurrency: '],
  ['{ dev: { limits: { reviewMinutes: 1e9 } } }', 'environments.dev.limits.reviewMinutes: '],
  ['{ dev: { retention: { documentDays: 0 } } }', 'environments.dev.retention.documentDays: '],
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

test('demo mode is the name of a policy that accepts any walls, and not said beside the walls that are wanted', async () => {
  const gateOf = async (gate: string) => {
    await using folder = await tempFolder({
      'proofloop.config.ts': `export default { gate: ${gate} }`,
    })
    return loadServerConfig({ cwd: folder.folder }).gate
  }
  const demo = await gateOf('{ demo: true, repeats: 1 }')
  expect(demo).toEqual(
    await gateOf("{ walls: { isolation: 'process', boundary: 'none' }, repeats: 1 }"),
  )
  expect(demo).toEqual(GateSettings.parse(demo))
  expect(demo && isDemo(demo)).toBe(true)
  const none = await gateOf('{ demo: false }')
  expect(none).toEqual(GateSettings.parse({}))
  expect(none && isDemo(none)).toBe(false)
  expect(await gateOf("{ demo: false, walls: { boundary: 'none' } }")).toMatchObject({
    walls: { isolation: 'os', boundary: 'none' },
  })
  await expect(gateOf('{ demo: true, walls: {} }')).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringContaining('demo mode accepts whatever walls there are'),
  })
})
