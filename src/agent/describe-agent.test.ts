import { expect, test } from 'vitest'
import { describeAgent } from './describe-agent.ts'

const prompt =
  '---\nname: a\ndescription: Promises\nmodel: { id: reviewer }\n---\nsystem:\nFind it.\n'

test('a prompt is described with its model and all its files, its own first', () => {
  const files = [
    { name: 'a-list.md', text: '' },
    { name: 'agent.prompty', text: prompt },
  ]
  const found = describeAgent(files)
  expect(found).toMatchObject({ engine: 'llm', model: 'reviewer', description: 'Promises' })
  expect(found.files.map(({ name }) => name)).toEqual(['agent.prompty', 'a-list.md'])
})

test('rules have no model, and another text is another hash', () => {
  const yaml = 'name: a\ndescription: Promises\nmodel: none\n'
  const found = describeAgent([{ name: 'agent.yaml', text: yaml }])
  expect(found).toMatchObject({ engine: 'rules', model: null, description: 'Promises' })
  expect(describeAgent([{ name: 'agent.yaml', text: `${yaml}# more` }]).hash).not.toBe(found.hash)
})

test('a prompt without front matter is described by its files alone', () => {
  const found = describeAgent([{ name: 'agent.jinja2', text: 'Find it.' }])
  expect(found).toMatchObject({ engine: 'llm', model: null, description: '' })
})
