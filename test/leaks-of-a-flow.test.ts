import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { findLeaks } from '../src/dataset/find-leaks.ts'
import { leakSourcesOf } from '../src/dataset/leak-sources.ts'
import { readContent } from '../src/flow/flow-content.ts'

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
