import { mkdir, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { loadConfig } from './load-config.ts'

const reviewer = "models: { reviewer: { provider: 'openai', model: 'gpt-4.1-mini' } }"

test('a folder without a configuration has no models', async () => {
  await using folder = await tempFolder()
  expect(loadConfig(folder.folder)).toEqual({ models: {} })
})

test('a configuration in TypeScript imports proofloop where it is not installed', async () => {
  await using folder = await tempFolder({
    'proofloop.config.ts': `import { defineConfig, type ProofloopConfigInput } from 'proofloop'
const config: ProofloopConfigInput = { ${reviewer} }
export default defineConfig(config)`,
  })
  const { models } = loadConfig(folder.folder)
  expect(models['reviewer']).toMatchObject({
    model: 'gpt-4.1-mini',
    stream: false,
    limits: { concurrency: 8, attempts: 5 },
  })
  expect(models['reviewer']?.price).toBeUndefined()
})

test('an installed example is loaded from under node_modules', async () => {
  await using folder = await tempFolder()
  const directory = folder.path('node_modules/proofloop/example')
  await mkdir(directory, { recursive: true })
  await writeFile(
    `${directory}/proofloop.config.ts`,
    `import { defineConfig } from 'proofloop'\nexport default defineConfig({ ${reviewer} })`,
  )
  expect(Object.keys(loadConfig(directory).models)).toEqual(['reviewer'])
})

test.each([
  ['export const models = {}', 'exports nothing'],
  ['export default { modles: {} }', 'proofloop.config.js: modles: Unrecognized key'],
  [
    "export default { models: { reviewer: { provider: 'opnai', model: 'x' } } }",
    'models.reviewer.provider',
  ],
  [
    "export default { models: { reviewer: { provider: 'openai', model: 'x', apiKeyEnv: 'sk-123' } } }",
    'never a key',
  ],
  [
    "export default { models: { reviewer: { provider: 'openai', model: 'x', apiKey: 'sk-123' } } }",
    'models.reviewer.apiKey: there is no such setting. Keys stand in the environment only',
  ],
  ['export default {', 'cannot be loaded'],
  ["throw new Error('no such thing')", 'cannot be loaded: no such thing'],
])('%s is refused with a sentence', async (content, sentence) => {
  await using folder = await tempFolder({ 'proofloop.config.js': content })
  const attempt = (): unknown => loadConfig(folder.folder)
  expect(attempt).toThrow(expect.objectContaining({ code: 'config-invalid' }))
  expect(attempt).toThrow(sentence)
})

test('a mistake in the syntax is told with its line', async () => {
  await using folder = await tempFolder({
    'proofloop.config.ts': 'export default {\n  models: }\n',
  })
  expect(() => loadConfig(folder.folder)).toThrow(/^proofloop\.config\.ts:2 cannot be loaded: /u)
})

test('the shipped example names the model that its agents ask', () => {
  const { models } = loadConfig('examples/document-review')
  expect(models['reviewer']).toMatchObject({ provider: 'openai' })
  expect(models['reviewer']?.price).toBeUndefined()
})
