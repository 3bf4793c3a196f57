import { readFile } from 'node:fs/promises'
import { sealCode } from '../../src/flow/bundle-code.ts'
import { readContent } from '../../src/flow/flow-content.ts'
import { findTools } from '../../src/flow/isolate/find-tools.ts'
import { findIsolation } from '../../src/flow/isolate/isolation.ts'
import { openBehind } from '../../src/flow/isolate/open-isolated-flow.ts'

// Holds an isolated flow that does not end by itself, until somebody kills this.
const [wanted] = process.argv.slice(2)
const tools = findTools().filter(({ kind }) => kind === wanted)
const { agents } = await readContent('examples/span-review', '')
const flow = await openBehind(await findIsolation({ requester: 'server', tools }), {
  bundle: {
    paragraphsPerChunk: -1,
    agents,
    code: sealCode(await readFile('test/fixtures/hostile-flows/staying.mjs', 'utf8')),
  },
  hash: 'h',
  services: {
    rules: { grammar: async () => [] },
    models: { ask: () => Promise.reject(new Error('It asks no model.')) },
  },
})
process.stdout.write(`${flow.isolation}\n`)
setInterval(() => {}, 1000)
