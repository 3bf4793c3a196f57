import { expect, test } from 'vitest'
import { loadAgents } from '../src/agent/load-agents.ts'
import { createRuleEngines } from '../src/agent/rule-engines.ts'
import { createDocumentReader } from '../src/document/document-reader.ts'
import { reviewDocument } from '../src/flow/review-document.ts'
import type { Quad, Word } from '../src/schema/document.ts'

const file = 'examples/document-review/documents/northwind-health-plus.pdf'

test('in the bundled booklet every issue is literally there, under exactly its words', async () => {
  await using reader = createDocumentReader()
  await using rules = createRuleEngines()
  const document = await reader.read(file)
  const agents = await loadAgents('examples/document-review/agents', ['definitive-language'])
  const options = { file, agents, rules, paragraphsPerChunk: 32, concurrency: 2 }
  const { issues } = await reviewDocument(document, options)

  expect(document.pages).toHaveLength(109)
  expect(issues.length).toBeGreaterThan(20)
  for (const { text, location, unresolved } of issues) {
    const paragraph = document.paragraphs[location.paragraph ?? -1]
    const [start, end] = [location.start ?? 0, location.end ?? 0]
    expect(unresolved).toBe(false)
    expect(paragraph?.text.slice(start, end)).toBe(text)
    const covered = paragraph?.words.filter((word) => location.quads.some((q) => covers(q, word)))
    const meant = paragraph?.words.filter((word) => word.start < end && word.end > start)
    expect(covered).toEqual(meant)
  }
})

/** Whether the middle of a word lies in a quadrilateral; the booklet's text stands upright. */
function covers({ page, quad }: { page: number; quad: Quad }, word: Word): boolean {
  const [x, y] = middle(word.quad)
  const [left, top, right, , , bottom] = quad
  return page === word.page && x > left && x < right && y > bottom && y < top
}

function middle(quad: Quad): [number, number] {
  return [(quad[0] + quad[2]) / 2, (quad[1] + quad[5]) / 2]
}
