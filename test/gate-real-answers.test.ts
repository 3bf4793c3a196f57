import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { GateReport } from '../src/schema/api/gates.ts'
import { json } from './helpers/gate-world.ts'
import { type Finding, recordedTeam, sharedData } from './helpers/recorded-team.ts'

const { present, skipped, lines } = sharedData('issue-spans')

const DocumentLine = z.object({
  doc_id: z.string(),
  paragraphs: z.array(z.object({ text: z.string() })),
})
const IssueLine = z.object({
  doc_id: z.string(),
  type: z.string(),
  text: z.string(),
  para_index: z.int().nullish(),
  start_utf16: z.int().nullish(),
  end_utf16: z.int().nullish(),
})

/** The 84 texts with what people and the named models found in them. */
function loadTexts(models: readonly string[]) {
  const gold = Map.groupBy(lines(IssueLine, 'gold.jsonl'), ({ doc_id }) => doc_id)
  const found = models.flatMap((name) =>
    lines(IssueLine, `systems/${name}.jsonl`).map((issue) => ({ name, ...issue })),
  )
  return lines(DocumentLine, 'documents.jsonl').map(({ doc_id, paragraphs }) => ({
    id: doc_id,
    texts: paragraphs.map(({ text }) => text),
    gold: gold.get(doc_id) ?? [],
    findings: found
      .filter((issue) => issue.doc_id === doc_id)
      .map(({ name, type, text, para_index }): Finding => {
        return { name, type, text, paragraph: para_index ?? 0 }
      }),
  }))
}

function exampleLines(documents: ReturnType<typeof loadTexts>): string {
  const examples = documents.map(({ id, texts, gold }) => ({
    id,
    split: 'test',
    paragraphs: texts,
    issues: gold.map(({ type, text, para_index, start_utf16, end_utf16 }) => ({
      type,
      text,
      location: { paragraph: para_index, start: start_utf16, end: end_utf16 },
    })),
  }))
  return examples.map((example) => `${JSON.stringify(example)}\n`).join('')
}

async function gate(production: string, candidate: string) {
  const documents = loadTexts([production, candidate])
  const types = [...new Set(documents.flatMap(({ gold }) => gold.map(({ type }) => type)))]
  const examples = exampleLines(documents)
  const settings = { audit: { wanted: false } }
  await using team = await recordedTeam({ documents, types, examples, production, settings })
  const told = await team.gate(candidate)
  const { comparison } = await json<GateReport>(team.ada.ask('GET', `/api/gates/${told.id}`))
  return { told, comparison }
}

describe.skipIf(!present)(`a gate on all 84 real texts as its test${skipped}`, () => {
  test('lets Llama be replaced by o3-mini, which is better by 24 points', async () => {
    const { told, comparison } = await gate('zeroshot-llama3-3', 'zeroshot-o3-mini')
    expect(told).toMatchObject({ passed: true, cause: null })
    expect(comparison).toMatchObject({ verdict: 'PASS', improved: true, documents: 84 })
    expect(comparison?.pooled?.delta).toBeCloseTo(0.24, 2)
  })

  test('does not let five shots be replaced by none: a fail', async () => {
    const { told, comparison } = await gate('5shot-llama3-3', 'zeroshot-llama3-3')
    expect(told).toMatchObject({ passed: false, cause: 'quality' })
    expect(comparison).toMatchObject({ verdict: 'FAIL' })
    expect(comparison?.reasons).toContain('POOLED_WORSE')
  })

  test('does not let Gemini be replaced by Claude, and tells its author the same: it cannot be told', async () => {
    const { told, comparison } = await gate(
      'zeroshot-gemini-2-0-flash-thinking',
      'zeroshot-claude-3-7-sonnet',
    )
    expect(told).toMatchObject({ passed: false, cause: 'quality' })
    expect(comparison).toMatchObject({ verdict: 'CANT_TELL' })
  })
})
