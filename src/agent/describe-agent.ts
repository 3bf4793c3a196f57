import { parse } from 'yaml'
import { z } from 'zod'
import { contentHash } from '../lib/content-hash.ts'
import { splitFrontMatter } from './front-matter.ts'

type AgentFile = { name: string; text: string }

/** What people read of an agent, whether or not it can run now. */
export type AgentDescription = {
  engine: 'rules' | 'llm'
  description: string
  /** Name of its model in proofloop.config.ts; null for rules. */
  model: string | null
  /** Of its files. */
  hash: string
  /** By name; the one that makes the folder an agent comes first. */
  files: AgentFile[]
}

const Head = z.object({
  description: z.string().catch(''),
  model: z
    .union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)])
    .nullable()
    .catch(null),
})

const main = /^agent\./

/** @param given the files of its folder */
export function describeAgent(given: AgentFile[]): AgentDescription {
  const files = given.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))
  const [first] = files
  const engine = first?.name === 'agent.yaml' ? 'rules' : 'llm'
  const head = first?.text ?? ''
  const yaml = engine === 'rules' ? head : splitFrontMatter(head).yaml.text
  const { description, model } = Head.parse(parse(yaml) ?? {})
  const alias = engine === 'rules' ? null : model
  return { engine, description, model: alias, hash: contentHash(files), files }
}

function rank({ name }: AgentFile): number {
  return main.test(name) ? 0 : 1
}
