import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { matchIssues } from '../src/evaluation/match-issues.ts'
import { type Counts, scores, sumCounts } from '../src/evaluation/metrics.ts'
import { type AgentCounts, decide } from '../src/gate/decide.ts'

const data = new URL('../../shared/data/', import.meta.url)
const present = existsSync(data)
const skipped = present ? '' : ' (skipped: the data folder ../shared/data is not there)'

const DocumentLine = z
  .object({
    doc_id: z.string(),
    paragraphs: z.array(z.object({ para_index: z.int(), text: z.string() })),
  })
  .transform(({ doc_id, paragraphs }) => ({
    id: doc_id,
    paragraphs: paragraphs.map(({ para_index, text }) => ({ index: para_index, text })),
  }))

const IssueLine = z
  .object({
    doc_id: z.string(),
    type: z.string(),
    text: z.string(),
    para_index: z.int().nullish(),
    start_utf16: z.int().nullish(),
    end_utf16: z.int().nullish(),
  })
  .transform(({ doc_id, type, text, para_index, start_utf16, end_utf16 }) => ({
    document: doc_id,
    issue: { type, text, location: { paragraph: para_index, start: start_utf16, end: end_utf16 } },
  }))

function readLines<T>(schema: z.ZodType<T>, file: string): T[] {
  const lines = readFileSync(new URL(file, data), 'utf8').split('\n')
  return lines.filter((line) => line.trim() !== '').map((line) => schema.parse(JSON.parse(line)))
}

/** Each type's counts per document, all documents, for recorded outputs against the gold issues. */
function evaluate(folder: string, outputs: string): AgentCounts {
  const documents = readLines(DocumentLine, `${folder}/documents.jsonl`)
  const gold = Map.groupBy(readLines(IssueLine, `${folder}/gold.jsonl`), (line) => line.document)
  const found = Map.groupBy(readLines(IssueLine, `${folder}/${outputs}`), (line) => line.document)
  const types = [...gold.values(), ...found.values()].flat().map(({ issue }) => issue.type)
  const results = documents.map(({ id, paragraphs }) => {
    const detections = (found.get(id) ?? []).map(({ issue }) => issue)
    const truths = (gold.get(id) ?? []).map(({ issue }) => issue)
    return matchIssues(detections, truths, { paragraphs }).perType
  })
  return Object.fromEntries(
    [...new Set(types)].map((type) => [type, results.map((perType) => perType[type] ?? [0, 0, 0])]),
  )
}

function system(name: string): AgentCounts {
  return evaluate('issue-spans', `systems/${name}.jsonl`)
}

function pooled(agents: AgentCounts): Counts {
  return sumCounts(Object.values(agents).flat())
}

describe.skipIf(!present)(`on six models' real issue lists${skipped}`, () => {
  test.each([
    ['zeroshot-o3-mini', [65, 55, 173]],
    ['zeroshot-claude-3-7-sonnet', [78, 119, 160]],
    ['zeroshot-gpt4o', [51, 110, 187]],
    ['zeroshot-llama3-3', [44, 159, 194]],
    ['5shot-llama3-3', [73, 140, 165]],
  ])('%s has the counts that are known: %j', (name, counts) => {
    expect(pooled(system(name))).toEqual(counts)
  })

  test('o3-mini reaches the F0.5 that is known', () => {
    expect(scores(pooled(system('zeroshot-o3-mini')), 0.5).f).toBeCloseTo(0.4526, 4)
  })

  test('five shots to none is a fail, pooled worse by 12.5 points', () => {
    const result = decide({
      baseline: system('5shot-llama3-3'),
      candidate: system('zeroshot-llama3-3'),
    })
    expect(result.verdict).toBe('FAIL')
    expect(result.reasons).toContain('POOLED_WORSE')
    expect(result.pooled?.delta).toBeCloseTo(-0.125, 3)
  })

  test('Llama to o3-mini passes and is an improvement of 24.3 points', () => {
    const result = decide({
      baseline: system('zeroshot-llama3-3'),
      candidate: system('zeroshot-o3-mini'),
    })
    expect(result).toMatchObject({ verdict: 'PASS', improved: true, reasons: [], documents: 84 })
    expect(result.pooled?.delta).toBeCloseTo(0.243, 3)
  })

  test('Gemini to Claude cannot be told at this size', () => {
    const result = decide({
      baseline: system('zeroshot-gemini-2-0-flash-thinking'),
      candidate: system('zeroshot-claude-3-7-sonnet'),
    })
    expect(result.verdict).toBe('CANT_TELL')
    expect(result.pooled?.delta).toBeCloseTo(0.021, 3)
    expect(result.pooled?.lower95).toBeCloseTo(-0.043, 3)
    expect(result.documentsNeeded).toBeGreaterThan(84)
  })

  test('no shots to five cannot be told although pooled it is better: one agent looks worse', () => {
    const result = decide({
      baseline: system('zeroshot-llama3-3'),
      candidate: system('5shot-llama3-3'),
    })
    expect(result.verdict).toBe('CANT_TELL')
    expect(result.reasons).toEqual(['AGENT_LOOKS_WORSE:incoherent'])
    expect(result.pooled?.delta).toBeCloseTo(0.125, 3)
  })
})

describe.skipIf(!present)(`on contracts${skipped}`, () => {
  test('the gold issues against themselves are all found and nothing else', () => {
    const agents = evaluate('contracts', 'gold.jsonl')
    expect(Object.keys(agents)).toHaveLength(17)
    for (const rows of Object.values(agents)) {
      const [tp, fp, fn] = sumCounts(rows)
      expect(tp).toBeGreaterThan(0)
      expect([fp, fn]).toEqual([0, 0])
    }
  })
})
