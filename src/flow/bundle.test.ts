import { createHash } from 'node:crypto'
import { chmod, symlink, utimes, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { canonicalJson } from '../lib/content-hash.ts'
import { bundleFlow, packBundle, readBundle } from './bundle.ts'
import { loadCode } from './load-code.ts'

const rules = `rules:
  - id: promise
    match: [always]
    explanation: A promise.
    fix: null
    score: 5
    examples: { match: ["We always pay."], ignore: ["We pay."] }
`
const prompt = `---
name: tone
model: { id: reviewer }
metadata: { type: Tone }
---
system:
Find what is blunt.
`
const config = `export default { models: {
  reviewer: { provider: 'openai-compatible', model: 'm-1', baseURL: 'http://10.0.0.7/v1', apiKeyEnv: 'OUR_KEY', parameters: { temperature: 0.5 } },
  other: { provider: 'openai', model: 'm-2', parameters: { seed: 7 } },
} }
`
const files = {
  'agents/promises/agent.yaml':
    'name: promises\ndescription: Promises\nengine: rules\ntype: Promise\nphrases: phrases.yaml\n',
  'agents/promises/phrases.yaml': rules,
  'agents/tone/agent.prompty': prompt,
  'proofloop.config.ts': config,
}

async function packed(directory: string, paragraphsPerChunk = 32) {
  return packBundle(await bundleFlow(directory, { paragraphsPerChunk }))
}

function sealed(text: string) {
  const bytes = Buffer.from(text)
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

test('equal trees are equal bytes, whatever the folder, order, times, rights and what lies beside them', async () => {
  await using one = await tempFolder(files)
  const reversed = Object.fromEntries(Object.entries(files).toReversed())
  await using other = await tempFolder({
    ...reversed,
    '.env': 'OUR_KEY=sk-very-secret',
    'agents/.env': 'OUR_KEY=sk-very-secret',
    'agents/tone/.env': 'OUR_KEY=sk-very-secret',
    'agents/tone/.hidden.md': 'sk-very-secret',
    'agents/tone/notes.txt': 'sk-very-secret',
    'agents/no-agent/notes.md': 'sk-very-secret',
    'datasets/letters.jsonl': '{}',
  })
  await chmod(other.path('agents/promises/phrases.yaml'), 0o700)
  await utimes(other.path('agents/tone/agent.prompty'), 1, 1)
  const [a, b] = [await packed(one.folder), await packed(other.folder)]
  expect(b.sha256).toBe(a.sha256)
  expect(Buffer.from(b.bytes).equals(a.bytes)).toBe(true)
  expect(sealed(Buffer.from(a.bytes).toString()).sha256).toBe(a.sha256)
})

test('another text, other line ends and other settings are other bundles', async () => {
  await using folder = await tempFolder(files)
  const hashes = [(await packed(folder.folder)).sha256, (await packed(folder.folder, -1)).sha256]
  const file = folder.path('agents/promises/phrases.yaml')
  for (const text of [rules.replaceAll('\n', '\r\n'), `\uFEFF${rules}`]) {
    await writeFile(file, text)
    hashes.push((await packed(folder.folder)).sha256)
  }
  expect(new Set(hashes).size).toBe(4)
})

test('of the configuration only parameters of models that agents ask are in it', async () => {
  await using folder = await tempFolder(files)
  const { bytes, sha256 } = await packed(folder.folder)
  const text = Buffer.from(bytes).toString()
  for (const kept of ['m-1', '10.0.0.7', 'OUR_KEY', 'openai', 'm-2', folder.folder]) {
    expect(text).not.toContain(kept)
  }
  const bundle = readBundle({ bytes, sha256 })
  expect(bundle.models).toEqual({ reviewer: { parameters: { temperature: 0.5 } } })
  expect(bundle.agents.map(({ name }) => name)).toEqual(['promises', 'tone'])
})

const code = `import { defineFlow, DocumentInput, FlowOutput } from 'proofloop'
import { keep } from './lib/keep.ts'
// A comment, and a path: ./lib
export default defineFlow({
  name: 'strict', input: DocumentInput, output: FlowOutput,
  async run({ document }, ctx) { return keep(await ctx.reviewWithAgents(await ctx.document.read(document))) },
})
`
const withCode = {
  ...files,
  'flow.ts': code,
  'lib/keep.ts':
    'type Kept = { issues: { score: number | null }[] }\nexport const keep = <T extends Kept>(output: T): T => output\n',
  'lib/unused.ts': 'export const unused = 1\n',
}

test('code of a flow is one file in its bundle, the same bytes from any folder, with a hash of its own', async () => {
  await using one = await tempFolder(withCode)
  const deep = Object.entries(withCode).map(([name, text]) => [`a/b/c/${name}`, text] as const)
  await using other = await tempFolder({
    ...Object.fromEntries(deep),
    'a/tsconfig.json': '{ "compilerOptions": { "target": "es5", "jsx": "react" } }',
    'a/b/c/package.json': '{ "type": "module", "scripts": { "install": "touch x" } }',
  })
  const [a, b] = [await packed(one.folder), await packed(other.path('a/b/c'))]
  expect(Buffer.from(b.bytes).toString()).toBe(Buffer.from(a.bytes).toString())
  const bundle = readBundle(a)
  expect(bundle).toMatchObject({ format: 'proofloop-bundle-2' })
  const kept = 'code' in bundle ? bundle.code : { text: '', sha256: '' }
  expect(kept.sha256).toBe(createHash('sha256').update(kept.text).digest('hex'))
  expect(kept.text).toMatch(/^import \{.*\} from "proofloop";/u)
  for (const gone of ['comment', './lib', one.folder]) expect(kept.text).not.toContain(gone)
  await writeFile(one.path('lib/unused.ts'), 'export const unused = 2\n')
  expect((await packed(one.folder)).sha256).toBe(a.sha256)
  await writeFile(one.path('lib/keep.ts'), 'export const keep = () => ({ issues: [] })\n')
  expect((await packed(one.folder)).sha256).not.toBe(a.sha256)
})

const packaged = `import { defineFlow, DocumentInput, FlowOutput } from 'proofloop'
import { keep } from 'keeper'
import * as words from './lib/words.ts'
export default defineFlow({
  name: 'packaged', types: keep(Object.keys(words)), input: DocumentInput, output: FlowOutput,
  run: async () => (await import('./lib/later.ts')).later,
})
`
const withPackage = {
  ...files,
  'flow.ts': packaged,
  'lib/words.ts': "export const Always = 'always'\n",
  'lib/later.ts': 'export const later = { issues: [] }\n',
  'node_modules/keeper/package.json': '{ "name": "keeper", "main": "main.js" }',
  'node_modules/keeper/main.js': "exports.keep = require('./all').all\n",
  'node_modules/keeper/all.js': 'exports.all = (found) => found\n',
}

test('code may use a CommonJS package, import() and a module as a value', async () => {
  await using one = await tempFolder(withPackage)
  await using other = await tempFolder(withPackage)
  const [a, b] = [await packed(one.folder), await packed(other.folder)]
  expect(Buffer.from(b.bytes).toString()).toBe(Buffer.from(a.bytes).toString())
  const loaded = await loadCode(one.folder, [])
  expect(loaded?.definition.types).toEqual(['Always'])
  expect(await loaded?.definition.run({ document: 'd' }, {} as never)).toEqual({ issues: [] })
})

test.each([
  [
    'a module of Node',
    'fs',
    /^node_modules\/keeper\/main\.js requires fs, .*ctx only\. Take it out/u,
  ],
  [
    'proofloop',
    'proofloop',
    /main\.js requires proofloop, which only an import reaches\. Take it out/u,
  ],
  ['what is not there', 'left-pad', /main\.js requires left-pad, .*install the package/u],
])('a package that requires %s is refused when it is bundled', async (_, name, message) => {
  await using folder = await tempFolder({
    ...withPackage,
    'node_modules/keeper/main.js': `exports.keep = () => require('${name}')\n`,
  })
  const refused = { code: 'flow-code-external', message: expect.stringMatching(message) }
  await expect(packed(folder.folder)).rejects.toMatchObject(refused)
})

test('code that needs what is not there where flows run is refused when it is bundled', async () => {
  for (const [text, code] of [
    ["import { readFile } from 'node:fs/promises'\nexport default readFile", 'flow-code-external'],
    ["import left from 'left-pad'\nexport default left", 'flow-code-external'],
    ["export default await import('node:fs')", 'flow-code-external'],
    ["import { x } from './missing.ts'\nexport default x", 'flow-code-invalid'],
    ['export default {', 'flow-code-invalid'],
  ]) {
    await using folder = await tempFolder({ ...files, 'flow.ts': text! })
    await expect(packed(folder.folder)).rejects.toMatchObject({ code })
  }
})

test('code under another hash than its own is no bundle', async () => {
  await using folder = await tempFolder(withCode)
  const bundle = await bundleFlow(folder.folder, { paragraphsPerChunk: 32 })
  if (!('code' in bundle)) throw new Error('It has code.')
  const changed = { ...bundle, code: { ...bundle.code, text: `${bundle.code.text}\n` } }
  const invalid = expect.objectContaining({ code: 'bundle-invalid' })
  expect(() => readBundle(sealed(canonicalJson(changed)))).toThrow(invalid)
})

test('other code than one module, links and what is not UTF-8 are refused', async () => {
  await using folder = await tempFolder({ ...files, 'secret.md': 'sk-very-secret' })
  const refusal = async () =>
    packed(folder.folder).then(
      () => 'none',
      (error: { code: string }) => error.code,
    )
  await using script = await tempFolder({ ...files, 'flow.py': 'print(1)' })
  await expect(packed(script.folder)).rejects.toMatchObject({ code: 'bundle-with-code' })
  await symlink(folder.path('secret.md'), folder.path('agents/tone/guidelines.md'))
  expect(await refusal()).toBe('flow-file-link')
  await using latin = await tempFolder({
    ...files,
    'agents/tone/guidelines.md': Buffer.from('caf\xe9', 'latin1'),
  })
  await expect(packed(latin.folder)).rejects.toMatchObject({ code: 'agent-file-invalid' })
})

test('a flow that is too large for a bundle is refused', async () => {
  const filler = Object.fromEntries(
    Array.from({ length: 4 }, (_, i) => [`agents/tone/more-${i}.md`, 'a'.repeat(900_000)]),
  )
  await using folder = await tempFolder({ ...files, ...filler })
  await expect(packed(folder.folder)).rejects.toMatchObject({ code: 'bundle-too-large' })
})

const agent = { name: 'a', files: [{ name: 'agent.yaml', text: 'x' }] }
const plain = { format: 'proofloop-bundle-1', paragraphsPerChunk: 32, agents: [agent], models: {} }
const named = (name: string) => ({
  ...plain,
  agents: [{ ...agent, files: [{ name, text: 'x' }] }],
})

test.each<[string, string, string]>([
  ['a folder in a name', canonicalJson(named('../agent.yaml')), 'bundle-invalid'],
  ['an absolute path', canonicalJson(named('/etc/x.md')), 'bundle-invalid'],
  ['a hidden file', canonicalJson(named('.env')), 'bundle-invalid'],
  ['code', canonicalJson(named('flow.ts')), 'bundle-with-code'],
  [
    'a folder as an agent',
    canonicalJson({ ...plain, agents: [{ ...agent, name: '..' }] }),
    'bundle-invalid',
  ],
  ['an agent twice', canonicalJson({ ...plain, agents: [agent, agent] }), 'bundle-invalid'],
  [
    'a file twice',
    canonicalJson({ ...plain, agents: [{ ...agent, files: [...agent.files, ...agent.files] }] }),
    'bundle-invalid',
  ],
  ['no agent', canonicalJson({ ...plain, agents: [] }), 'bundle-invalid'],
  [
    'a connection',
    canonicalJson({ ...plain, models: { a: { parameters: {}, baseURL: 'http://x' } } }),
    'bundle-invalid',
  ],
  ['another field', canonicalJson({ ...plain, scripts: {} }), 'bundle-invalid'],
  ['a hidden field', canonicalJson(plain).replace('{', '{"__proto__":{},'), 'bundle-invalid'],
  ['another format', canonicalJson({ ...plain, format: 'proofloop-bundle-2' }), 'bundle-invalid'],
  ['chunks of nothing', canonicalJson({ ...plain, paragraphsPerChunk: 0 }), 'bundle-invalid'],
  ['other white space', JSON.stringify(plain, null, 2), 'bundle-invalid'],
  ['another order', JSON.stringify(plain), 'bundle-invalid'],
  ['half a character', canonicalJson(plain).replace('"x"', String.raw`"\ud800"`), 'bundle-invalid'],
  ['no JSON', 'PK\u0003', 'bundle-invalid'],
  ['nothing', '', 'bundle-invalid'],
  ['brackets without end', '['.repeat(1_000_000), 'bundle-invalid'],
  ['too many bytes', ' '.repeat(4_000_000), 'bundle-too-large'],
])('bytes with %s are no bundle', (_, text, code) => {
  expect(() => readBundle(sealed(text))).toThrow(expect.objectContaining({ code }))
})

test('bytes under another hash are refused, and what is written as it should be is read', () => {
  const { bytes, sha256 } = sealed(canonicalJson(plain))
  expect(readBundle({ bytes, sha256 })).toEqual(plain)
  const mismatch = expect.objectContaining({ code: 'bundle-hash-mismatch' })
  expect(() => readBundle({ bytes, sha256: 'a'.repeat(64) })).toThrow(mismatch)
})
