import path from 'node:path'
import { loadAgents } from '../src/agent/load-agents.ts'
import { createRuleEngines } from '../src/agent/rule-engines.ts'
import { runAgent } from '../src/agent/run-agent.ts'
import { createDocumentReader } from '../src/document/document-reader.ts'

// Time of the rule agents on the bundled booklet: the phrases' best of ten runs, the checker's only.
const root = path.resolve(import.meta.dirname, '../examples/document-review')
await using reader = createDocumentReader()
await using rules = createRuleEngines()
const document = await reader.read(path.join(root, 'documents/northwind-health-plus.pdf'))
const input = { document, paragraphs: document.paragraphs }
const pages = document.pages.length
for (const agent of await loadAgents(path.join(root, 'agents'))) {
  if (agent.status !== 'loaded' || agent.engine !== 'rules') continue
  const times: number[] = []
  for (let i = 0; i < (agent.grammar ? 1 : 10); i += 1) {
    const started = performance.now()
    await runAgent(agent, input, { rules })
    times.push(performance.now() - started)
  }
  const milliseconds = Math.round((Math.min(...times) / pages) * 100 * 10) / 10
  process.stdout.write(
    `${JSON.stringify({ agent: agent.name, pages, msPer100Pages: milliseconds })}\n`,
  )
}
