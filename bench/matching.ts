/**
 * Matching and metrics: CPU time against the reference method on real issue lists, and growth with
 * the number of issues. Prints one JSON value; both sides of each ratio are measured in this run.
 *
 *     node --conditions=proofloop-source bench/matching.ts
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { clusteredInterval } from '../src/evaluation/interval.ts'
import { type MatchableIssue, matchIssues } from '../src/evaluation/match-issues.ts'
import { type Counts, noCounts } from '../src/evaluation/metrics.ts'
import { createParagraphIndex, type ParagraphIndex } from '../src/evaluation/paragraph-index.ts'

const folder = new URL('../../shared/data/issue-spans/', import.meta.url)

const DocumentLine = z.object({
  doc_id: z.string(),
  paragraphs: z.array(z.object({ para_index: z.int(), text: z.string() })),
})
const IssueLine = z.object({
  doc_id: z.string(),
  type: z.string(),
  text: z.string(),
  para_index: z.int(),
  start_utf16: z.int(),
  end_utf16: z.int(),
})
const Reference = z.object({
  systems: z.int(),
  allPairsSeconds: z.number(),
  sameTypeSeconds: z.number(),
})

type IssuesOfDocument = ReadonlyMap<string, MatchableIssue[]>

function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

function readLines<T>(schema: z.ZodType<T>, file: string): T[] {
  const lines = readFileSync(new URL(file, folder), 'utf8').split('\n')
  return lines.filter((line) => line.trim() !== '').map((line) => schema.parse(JSON.parse(line)))
}

function readIssues(file: string): IssuesOfDocument {
  const issues = new Map<string, MatchableIssue[]>()
  for (const line of readLines(IssueLine, file)) {
    const { type, text, para_index: paragraph, start_utf16: start, end_utf16: end } = line
    const known = issues.get(line.doc_id) ?? []
    known.push({ type, text, location: { paragraph, start, end } })
    issues.set(line.doc_id, known)
  }
  return issues
}

/** What an evaluation computes: matching, counts and the intervals of three metrics per type. */
function evaluate(
  documents: readonly { id: string; paragraphs: ParagraphIndex }[],
  truths: IssuesOfDocument,
  found: IssuesOfDocument,
) {
  const results = documents.map(({ id, paragraphs }) =>
    matchIssues(found.get(id) ?? [], truths.get(id) ?? [], { paragraphs }),
  )
  const types = new Set(results.flatMap(({ perType }) => Object.keys(perType)))
  for (const type of types) {
    const rows: Counts[] = results.map(({ perType }) => perType[type] ?? noCounts)
    for (const metric of ['precision', 'recall', 'f'] as const)
      clusteredInterval(rows, { metric, beta: 0.5 })
  }
}

function againstReference() {
  if (!existsSync(folder)) return { skipped: '../shared/data/issue-spans is not there' }
  const script = fileURLToPath(new URL('reference-matcher.py', import.meta.url))
  const python = spawnSync('python3', [script, fileURLToPath(folder)], { encoding: 'utf8' })
  if (python.error !== undefined) return { skipped: 'python3 is not there' }
  if (python.status !== 0) throw new Error(`The reference failed: ${python.stderr}`)
  const reference = Reference.parse(JSON.parse(python.stdout))

  const documents = readLines(DocumentLine, 'documents.jsonl').map(({ doc_id, paragraphs }) => ({
    id: doc_id,
    paragraphs: paragraphs.map(({ para_index, text }) => ({ index: para_index, text })),
  }))
  const truths = readIssues('gold.jsonl')
  const files = readdirSync(new URL('systems/', folder)).filter((name) => name.endsWith('.jsonl'))
  const systems = files.map((file) => readIssues(`systems/${file}`))
  const run = () => {
    const prepared = documents.map(({ id, paragraphs }) => ({
      id,
      paragraphs: createParagraphIndex(paragraphs),
    }))
    for (const found of systems) evaluate(prepared, truths, found)
  }
  const cold = cpuSeconds(run)
  const warm = Math.min(...Array.from({ length: 40 }, () => cpuSeconds(run)))
  return {
    documents: documents.length,
    systems: systems.length,
    referenceCpuSeconds: reference.allPairsSeconds,
    referenceSameTypeCpuSeconds: reference.sameTypeSeconds,
    coldCpuSeconds: cold,
    warmCpuSeconds: warm,
    timesFasterCold: reference.allPairsSeconds / cold,
    timesFasterWarm: reference.allPairsSeconds / warm,
    timesFasterThanSameTypeCold: reference.sameTypeSeconds / cold,
  }
}

const sentence =
  'The plan covers preventive care and you will need to pay the rest of it yourself. '

/** Half detections, half truths, five of each on a paragraph, most of them overlapping another. */
function synthetic(size: number): () => void {
  const count = size / 2
  const paragraphs = Array.from({ length: Math.ceil(count / 5) }, (_, index) => ({
    index,
    text: sentence.repeat(5),
  }))
  const issue = (i: number, shift: number): MatchableIssue => {
    const start = (i % 5) * sentence.length + 4 + shift
    const location = { paragraph: Math.floor(i / 5), start, end: start + 30 }
    return { type: i % 3 === 0 ? 'A' : 'B', text: '', location }
  }
  const truths = Array.from({ length: count }, (_, i) => issue(i, 0))
  const detections = Array.from({ length: count }, (_, i) => issue(i, (i * 7) % 20))
  return () => void matchIssues(detections, truths, { paragraphs })
}

function scaling() {
  const runs = [1_000, 10_000, 100_000].map((issues) => ({ issues, work: synthetic(issues) }))
  for (const { work } of runs) work()
  const times = runs.map(({ issues, work }) => {
    const repeats = Math.max(5, 20_000 / issues)
    const samples = Array.from({ length: repeats }, () => cpuSeconds(work)).toSorted(
      (a, b) => a - b,
    )
    return { issues, cpuSeconds: samples[Math.floor(samples.length / 2)] ?? 0 }
  })
  const ratios = times.slice(1).map(({ cpuSeconds: time }, i) => time / (times[i]?.cpuSeconds ?? 0))
  return { times, timeRatioPerTenfold: ratios }
}

process.stdout.write(
  `${JSON.stringify({ reference: againstReference(), scaling: scaling() }, null, 2)}\n`,
)
