// Our side of bench/matching.ts, in a process of its own: evaluates every recorded run of a data folder
// ROUNDS times and prints the CPU seconds of each round. Reading the files is not counted.
// Run: node --conditions=proofloop-source bench/matching-rounds.ts FOLDER ROUNDS
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { clusteredInterval } from '../src/evaluation/interval.ts'
import { createMatcher, type MatchableIssue } from '../src/evaluation/match-issues.ts'
import { type Counts, noCounts } from '../src/evaluation/metrics.ts'
import type { ParagraphText } from '../src/place/paragraph-index.ts'
import { cpuSeconds } from './process-usage.ts'

type DocumentLine = { doc_id: string; paragraphs: { para_index: number; text: string }[] }
type IssueLine = {
  doc_id: string
  type: string
  text: string
  para_index: number
  start_utf16: number
  end_utf16: number
}
type IssuesOfDocument = ReadonlyMap<string, MatchableIssue[]>
type BenchDocument = { id: string; paragraphs: ParagraphText[] }

const [folder, rounds] = process.argv.slice(2)
if (folder === undefined || rounds === undefined)
  throw new Error('Usage: bench/matching-rounds.ts FOLDER ROUNDS')

function readLines<Line>(...names: string[]): Line[] {
  const lines = readFileSync(path.join(folder ?? '', ...names), 'utf8').split('\n')
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line))
}

function readDocuments(): BenchDocument[] {
  return readLines<DocumentLine>('documents.jsonl').map(({ doc_id, paragraphs }) => ({
    id: doc_id,
    paragraphs: paragraphs.map(({ para_index, text }) => ({ index: para_index, text })),
  }))
}

function readIssues(...names: string[]): IssuesOfDocument {
  const issues = new Map<string, MatchableIssue[]>()
  for (const line of readLines<IssueLine>(...names)) {
    const { type, text, para_index: paragraph, start_utf16: start, end_utf16: end } = line
    const known = issues.get(line.doc_id) ?? []
    known.push({ type, text, location: { paragraph, start, end } })
    issues.set(line.doc_id, known)
  }
  return issues
}

/** What an evaluation computes: matching, counts and the intervals of three metrics per type. */
function evaluate(
  documents: readonly BenchDocument[],
  truths: IssuesOfDocument,
  systems: readonly IssuesOfDocument[],
): void {
  const matchers = documents.map(({ id, paragraphs }) => ({
    id,
    match: createMatcher(truths.get(id) ?? [], { paragraphs }),
  }))
  for (const found of systems) {
    const results = matchers.map(({ id, match }) => match(found.get(id) ?? []))
    const types = new Set(results.flatMap(({ perType }) => Object.keys(perType)))
    for (const type of types) {
      const rows: Counts[] = results.map(({ perType }) => perType[type] ?? noCounts)
      for (const metric of ['precision', 'recall', 'f'] as const)
        clusteredInterval(rows, { metric, beta: 0.5 })
    }
  }
}

const documents = readDocuments()
const truths = readIssues('gold.jsonl')
const systems = readdirSync(path.join(folder, 'systems'))
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => readIssues('systems', name))
const seconds = Array.from({ length: Number(rounds) }, () =>
  cpuSeconds(() => evaluate(documents, truths, systems)),
)
process.stdout.write(
  JSON.stringify({ documents: documents.length, systems: systems.length, seconds }),
)
