import path from 'node:path'
import { z } from 'zod'
import { printable } from '../lib/printable.ts'
import type { LabelledIssue } from '../schema/example.ts'
import { contentHash } from '../lib/content-hash.ts'
import { IssueRow, toLabelledIssue } from './issue-row.ts'
import { lineAt, parseRow, readJsonLines, type JsonLine } from './json-lines.ts'
import { quoted } from './line-error.ts'

/**
 * What one run found in one document. `error` says why it is not complete: what failed found
 * nothing, and counts so.
 */
type Output = { issues: LabelledIssue[]; error: string | null }

/** One run: what was recorded by document. A document that is not in it has no issues. */
export type RecordedOutputs = { name: string; hash: string; byDocument: Map<string, Output> }

const Issues = z.looseObject({ doc_id: z.string(), issues: z.array(IssueRow) })
const Failure = z.looseObject({ doc_id: z.string(), error: z.string() })
const OneIssue = IssueRow.extend({ doc_id: z.string() })

export type OutputsSource = {
  name: string
  cwd: string
  /** Paragraph texts of the dataset's documents by id. */
  documents: ReadonlyMap<string, readonly string[]>
}

/**
 * Reads recorded issues as JSON Lines: an issue a line (`doc_id`, `type`, …), a document a line
 * (`{doc_id, issues}`), or `{doc_id, error}` for a document on which the run failed. An empty
 * `issues` list and no line at all mean the same.
 */
export async function readOutputs(source: OutputsSource): Promise<RecordedOutputs> {
  const { name, cwd, documents } = source
  const byDocument = new Map<string, Output>()
  for (const line of await readJsonLines(path.resolve(cwd, name), printable(name))) {
    const { id, output } = toOutput(line, documents)
    const before = byDocument.get(id)
    byDocument.set(id, before === undefined ? output : combine(before, output, line))
  }
  const entries = [...byDocument].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return { name, hash: contentHash(entries), byDocument }
}

function combine(before: Output, next: Output, line: JsonLine): Output {
  if (before.error === null && next.error === null) {
    before.issues.push(...next.issues)
    return before
  }
  const reason = 'this document has failed according to one line and has other lines too.'
  throw lineAt(line, ['doc_id'], reason)
}

function toOutput(
  line: JsonLine,
  documents: OutputsSource['documents'],
): { id: string; output: Output } {
  if ('error' in line.value && typeof line.value.error === 'string') {
    const { doc_id, error } = parseRow(Failure, line)
    textOf(doc_id, documents, line)
    return { id: doc_id, output: { issues: [], error } }
  }
  const isDocument = 'issues' in line.value
  const { doc_id, rows } = isDocument ? documentRows(line) : issueRow(line)
  const paragraphs = textOf(doc_id, documents, line)
  const issues = rows.map((row, index) =>
    toLabelledIssue(row, {
      line,
      path: isDocument ? ['issues', index] : [],
      paragraphs,
      outside: 'forget',
    }),
  )
  return { id: doc_id, output: { issues, error: null } }
}

function documentRows(line: JsonLine): { doc_id: string; rows: IssueRow[] } {
  const { doc_id, issues } = parseRow(Issues, line)
  return { doc_id, rows: issues }
}

function issueRow(line: JsonLine): { doc_id: string; rows: IssueRow[] } {
  const { doc_id, ...row } = parseRow(OneIssue, line)
  return { doc_id, rows: [row] }
}

function textOf(
  id: string,
  documents: OutputsSource['documents'],
  line: JsonLine,
): readonly string[] {
  const paragraphs = documents.get(id)
  if (paragraphs !== undefined) return paragraphs
  const reason = `the dataset has no document ${quoted(id)}; are these the outputs of another dataset?`
  throw lineAt(line, ['doc_id'], reason)
}
