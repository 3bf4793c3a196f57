import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { findLeaks } from '../src/dataset/find-leaks.ts'
import { leakSourcesOf } from '../src/dataset/leak-sources.ts'
import { readContent } from '../src/flow/flow-content.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const folder = fileURLToPath(new URL('../examples/document-review/', import.meta.url))

it('examples are looked for in all prompts, guidelines and rules of the agents of a flow', async () => {
  const sources = leakSourcesOf(await readContent(folder, '0.0.0'))
  const names = sources.map(({ name }) => name)
  for (const file of [
    'definitive-language/phrases.yaml',
    'definitive-language-llm/agent.prompty',
    'definitive-language-llm/guidelines.md',
    'definitive-language-llm/consolidator.prompty',
  ]) {
    expect(names).toContain(`agents/${file}`)
  }
  const example = {
    id: 'letter',
    split: 'test' as const,
    text: 'We promise nothing.\nYour deductible for this year has already been met.',
    issues: [],
  }
  expect(findLeaks([example], sources)).toEqual({ leaks: [], common: 0 })
  const shots = 'Such as: your deductible\nfor this year has already been met'
  const leaked = [...sources, { name: 'agents/x/shots.md', text: shots }]
  expect(findLeaks([example], leaked).leaks).toMatchObject([
    { kind: 'sentence', source: { name: 'agents/x/shots.md', line: 1 } },
  ])
})

it('examples are looked for in the code of a flow, and in what that imports', async () => {
  await using flow = await tempFolder({
    'agents/tone/agent.yaml': 'name: tone\n',
    'flow.ts': `import { shots } from './shots.ts'\nexport default { ask: () => shots }\n`,
    'shots.ts':
      "export const shots = 'Such as:\\nYour deductible for this year ' +\n  'has already been met.'\n",
  })
  const sources = leakSourcesOf(await readContent(flow.folder, '0.0.0'))
  const text = 'Your deductible for this year has already been met.'
  const example = { id: 'letter', split: 'test' as const, text, issues: [] }
  expect(findLeaks([example], sources).leaks).toMatchObject([
    { kind: 'sentence', text, source: { name: 'bundled code' }, share: 1 },
  ])
})
