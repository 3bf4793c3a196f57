import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { bundleFlow, packBundle, readBundle } from '../flow/bundle.ts'
import { findIsolation } from '../flow/isolate/isolation.ts'
import { UserFacingError } from '../lib/errors.ts'
import { once } from '../lib/once.ts'
import { bundleTree } from './bundle-tree.ts'
import { commitAll, type Files, git, initRepository, temporaryFolder } from './git/git-samples.ts'
import { openRepository } from './open-repository.ts'

const isolation = once(() => findIsolation({ requester: 'server' }))
const hasWalls = (await isolation()).isolation === 'os'
const why = hasWalls ? '' : ' (skipped: the system puts up no walls here)'

const prompt = `---
name: tone
model: { id: reviewer }
metadata: { type: Tone }
---
system:
Find what is blunt.
`
const model = "{ provider: 'openai', model: 'm-1', parameters: { seed: 7 } }"
const config = `import { defineConfig } from 'proofloop'
export default defineConfig({ models: { reviewer: ${model} } })
`
const prompts = { 'agents/tone/agent.prompty': prompt, 'proofloop.config.ts': config }

/** A repository with one commit, and what becomes of it. */
async function createPlace(files: Files) {
  const { folder, ...disposable } = await temporaryFolder()
  const work = path.join(folder, 'work')
  await initRepository(work)
  const commit = await commitAll(work, { files })
  const tree = await git(work, ['rev-parse', `${commit}^{tree}`])
  return {
    folder,
    work,
    async bundle(flow = '') {
      await using repository = await openRepository(work)
      return await bundleTree({ repository, isolation: await isolation() }, { tree, folder: flow })
    },
    [Symbol.asyncDispose]: () => disposable[Symbol.asyncDispose](),
  }
}

test.skipIf(!hasWalls)(
  `a flow of prompts is bundled as its author would bundle it${why}`,
  async () => {
    await using place = await createPlace(prompts)
    const packed = await place.bundle()
    const own = packBundle(await bundleFlow(place.work, { paragraphsPerChunk: 32 }))
    expect(packed.sha256).toBe(own.sha256)
    expect(readBundle(packed).models).toEqual({ reviewer: { parameters: { seed: 7 } } })
  },
)

test.skipIf(!hasWalls)(
  `a flow with code is bundled with what it imports, also from beside its folder${why}`,
  async () => {
    const flow = `import { defineFlow } from 'proofloop'
import { word } from '../../shared/word.ts'
export default defineFlow({ name: word, run: () => [] })
`
    const inFolder = Object.fromEntries(
      Object.entries({ ...prompts, 'flow.ts': flow }).map(([name, text]) => [
        `flows/a/${name}`,
        text,
      ]),
    )
    await using place = await createPlace({
      ...inFolder,
      'shared/word.ts': "export const word = 'from-beside'\n",
    })
    const bundle = readBundle(await place.bundle('flows/a'))
    expect('code' in bundle && bundle.code.text).toContain('from-beside')
  },
)

test.skipIf(!hasWalls).each([
  ['has no agents', { a: '' }, /^no-agents: .*agents/],
  [
    'has a configuration that does not load',
    { ...prompts, 'proofloop.config.ts': 'export default defineKonfig()' },
    /^config-invalid: .*proofloop\.config\.ts.*defineKonfig is not defined/,
  ],
  [
    'imports what is not there',
    { ...prompts, 'flow.ts': "import x from 'left-pad'\nexport default x" },
    /^flow-code-external: .*flow\.ts imports left-pad/,
  ],
  [
    'ends the process',
    { ...prompts, 'proofloop.config.ts': "console.error('so there')\nprocess.exit(7)" },
    /^bundle-failed: .*exit code 7.*so there/,
  ],
  [
    'says that it is ours that is broken',
    {
      ...prompts,
      'proofloop.config.ts': `import { writeFileSync } from 'node:fs'
writeFileSync('/tmp/result', JSON.stringify({ code: 'git-failed', message: 'Try \\u001b[31m again' }))
process.exit(1)`,
    },
    /^bundle-failed: Try \[31m again$/,
  ],
  [
    'leaves a link to a file of the server instead',
    {
      ...prompts,
      'proofloop.config.ts': `import { symlinkSync } from 'node:fs'
symlinkSync('/etc/hostname', '/tmp/result')
process.exit(0)`,
    },
    /^bundle-failed: .*exit code 0/,
  ],
  [
    'leaves something else',
    {
      ...prompts,
      'proofloop.config.ts': `import { writeFileSync } from 'node:fs'
writeFileSync('/tmp/result', '{"format":"proofloop-bundle-1"}')
process.exit(0)`,
    },
    /^bundle-invalid: .*no bundle/,
  ],
] as const)(
  `a flow that %s is told to its author in a sentence${why}`,
  async (_what, files, told) => {
    await using place = await createPlace(files)
    const error = await place.bundle().catch((reason: unknown) => reason)
    expect(error instanceof UserFacingError && `${error.code}: ${error.message}`).toMatch(told)
  },
)

test.skipIf(!hasWalls)(
  `a configuration reads nothing of the server's data, environment or checkout, and leaves no trace${why}`,
  async () => {
    const attack = `import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
const tried = (act) => { try { return act() } catch (error) { return error.code ?? 'failed' } }
const found = {
  data: tried(() => readFileSync(DATA + '/secret', 'utf8')),
  folder: tried(() => readdirSync(DATA)),
  processes: tried(() => readdirSync('/proc')),
  environment: Object.keys(process.env).filter((name) => name.includes('PROOFLOOP')),
  git: existsSync('.git'),
  written: tried(() => writeFileSync('/checkout/planted', 'x')),
}
throw new Error(JSON.stringify(found))
`
    const { folder, ...disposable } = await temporaryFolder()
    await using _ = disposable
    const data = path.join(folder, 'data')
    await mkdir(data)
    await chmod(data, 0o755)
    await chmod(folder, 0o755)
    await writeFile(path.join(data, 'secret'), 'the hidden words', { mode: 0o644 })
    const text = attack.replaceAll('DATA', JSON.stringify(data))
    await using place = await createPlace({ ...prompts, 'proofloop.config.ts': text })
    process.env['PROOFLOOP_TEST_KEY'] = 'key'
    try {
      const bundling = place.bundle()
      await expect(bundling).rejects.toThrow(
        '{"data":"ENOENT","folder":"ENOENT","processes":"ENOENT","environment":[],"git":false}',
      )
    } finally {
      delete process.env['PROOFLOOP_TEST_KEY']
    }
    expect((await readdir(place.work)).toSorted()).toEqual(
      ['.git', 'agents', 'proofloop.config.ts'].toSorted(),
    )
  },
)
