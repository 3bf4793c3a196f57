import path from 'node:path'
import { z } from 'zod'
import type { Example, LabelledIssue } from '../schema/example.ts'
import { IssueRow, toLabelledIssue } from './issue-row.ts'
import { lineAt, parseRow, readJsonLines, type JsonLine } from './json-lines.ts'
import { quoted } from './line-error.ts'
import { isFile } from './read-text-file.ts'
import { splitAndExtra, unknownFields, withoutEmpty } from './fields.ts'
import { newestIssues, type Submission } from './submissions.ts'

const DocumentRow = z.looseObject({
  doc_id: z.string().min(1),
  group: z.string().nullish(),
  paragraphs: z.array(
    z.looseObject({ para_index: z.int().nonnegative().optional(), text: z.string() }),
  ),
})
const GoldRow = IssueRow.extend({ doc_id: z.string() })
const GoldSetRow = z.looseObject({
  doc_id: z.string(),
  annotator: z.string(),
  n: z.int().nonnegative().nullish(),
  submitted_at: z.string().nullish(),
})

/**
 * Reads `documents.jsonl`, `gold.jsonl` and, where it stands, `gold-sets.jsonl`. All documents
 * count, also those without an issue.
 */
export async function readDocumentsFolder(folder: string, name: string): Promise<Example[]> {
  const documents = await readDocuments(path.join(folder, 'documents.jsonl'), name)
  const issues = await readGold(path.join(folder, 'gold.jsonl'), name, documents)
  const submissions = await readGoldSets(path.join(folder, 'gold-sets.jsonl'), name, documents)
  const byDocument = Map.groupBy(submissions, ({ document }) => document)
  return [...documents.values()].map((example) => ({
    ...example,
    issues: newestIssues(issues.get(example.id) ?? [], byDocument.get(example.id) ?? []),
  }))
}

type Documents = Map<string, Example>

async function readDocuments(file: string, name: string): Promise<Documents> {
  const documents: Documents = new Map()
  const lineOf = new Map<string, number>()
  for (const line of await readJsonLines(file, path.join(name, 'documents.jsonl'))) {
    const row = parseRow(DocumentRow, line)
    const before = lineOf.get(row.doc_id)
    if (before !== undefined) {
      const reason = `the document ${quoted(row.doc_id)} stands in line ${before} already.`
      throw lineAt(line, ['doc_id'], reason)
    }
    lineOf.set(row.doc_id, line.line)
    const { split, extra } = splitAndExtra(unknownFields(row, DocumentRow.shape))
    documents.set(row.doc_id, {
      id: row.doc_id,
      document: { paragraphs: paragraphsOf(row.paragraphs, line) },
      issues: [],
      ...withoutEmpty({ group: row.group, split, extra }),
    })
  }
  return documents
}

function paragraphsOf(
  rows: readonly { para_index?: number | undefined; text: string }[],
  line: JsonLine,
): { index: number; text: string }[] {
  return rows.map(({ para_index, text }, index) => {
    if (para_index === undefined || para_index === index) return { index, text }
    const reason = `para_index is ${para_index} at place ${index}; number paragraphs from 0 without gaps.`
    throw lineAt(line, ['paragraphs', index, 'para_index'], reason)
  })
}

async function readGold(
  file: string,
  name: string,
  documents: Documents,
): Promise<Map<string, LabelledIssue[]>> {
  const issues = new Map<string, LabelledIssue[]>()
  const texts = new Map([...documents].map(([id, example]) => [id, paragraphTexts(example)]))
  for (const line of await readJsonLines(file, path.join(name, 'gold.jsonl'))) {
    const { doc_id, ...row } = parseRow(GoldRow, line)
    const paragraphs = texts.get(known(documents, doc_id, line)) ?? null
    const issue = toLabelledIssue(row, { line, path: [], paragraphs, outside: 'refuse' })
    const own = issues.get(doc_id)
    if (own === undefined) issues.set(doc_id, [issue])
    else own.push(issue)
  }
  return issues
}

async function readGoldSets(
  file: string,
  name: string,
  documents: Documents,
): Promise<Submission[]> {
  if (!(await isFile(file))) return []
  const lines = await readJsonLines(file, path.join(name, 'gold-sets.jsonl'))
  return lines.map((line) => {
    const row = parseRow(GoldSetRow, line)
    return {
      document: known(documents, row.doc_id, line),
      annotator: row.annotator,
      submittedAt: row.submitted_at ?? null,
      count: row.n ?? null,
    }
  })
}

function known(documents: Documents, id: string, line: JsonLine): string {
  if (documents.has(id)) return id
  throw lineAt(line, ['doc_id'], `documents.jsonl has no document ${quoted(id)}.`)
}

/** Null when the dataset only names the document's file. */
function paragraphTexts(example: Example): string[] | null {
  if (!('paragraphs' in example.document)) return null
  return example.document.paragraphs.map(({ text }) => text)
}
