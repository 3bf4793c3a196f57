import path from 'node:path'
import { z } from 'zod'
import type { Example } from '../schema/example.ts'
import { Sha256 } from '../schema/workplace.ts'
import { IssueRow, toLabelledIssue } from './issue-row.ts'
import { lineAt, parseRow, readJsonLines, type JsonLine } from './json-lines.ts'
import { quoted } from './line-error.ts'
import { documentFile, type ReadFrom } from './read-text-file.ts'
import { splitAndExtra, unknownFields, withoutEmpty } from './fields.ts'

const ExampleRow = z.looseObject({
  id: z.string().min(1).nullish(),
  document: z.string().min(1).nullish(),
  /** Of the file that the paragraphs were read from. */
  sha256: Sha256.nullish(),
  paragraphs: z
    .array(
      z.union([
        z.string(),
        z.looseObject({ text: z.string(), page: z.int().min(1).max(100_000).nullish() }),
      ]),
    )
    .nullish(),
  pdf_name: z.string().min(1).nullish(),
  group: z.string().nullish(),
  issues: z.array(IssueRow),
  /** Further fields, whatever they are called. */
  extra: z.record(z.string(), z.unknown()).nullish(),
})

type ExampleRow = z.infer<typeof ExampleRow>

/**
 * Reads JSON Lines with one document a line: ours (`id`, `document` or `paragraphs`) or the reference
 * app's ground truth (`pdf_name`). Document files are looked up beside the file.
 */
export async function readExampleLines(
  file: string,
  name: string,
  from: ReadFrom = {},
): Promise<Example[]> {
  const folder = path.dirname(file)
  const lineOf = new Map<string, number>()
  const examples: Example[] = []
  for (const line of await readJsonLines(file, name)) {
    const example = await toExample(line, folder, from)
    const before = lineOf.get(example.id)
    if (before !== undefined) {
      throw lineAt(line, [], `the document ${quoted(example.id)} stands in line ${before} already.`)
    }
    lineOf.set(example.id, line.line)
    examples.push(example)
  }
  return examples
}

async function toExample(line: JsonLine, folder: string, from: ReadFrom): Promise<Example> {
  const row = parseRow(ExampleRow, line)
  const document = row.document ?? row.pdf_name
  if (row.paragraphs) return withParagraphs(row, row.paragraphs, line)
  if (document === null || document === undefined) {
    const reason =
      'names no document; give "document" (or "pdf_name"), a file beside this one, or its "paragraphs".'
    throw lineAt(line, [], reason)
  }
  const file = await documentFile(folder, document, from)
  if (file === null) {
    const field = row.document ? 'document' : 'pdf_name'
    throw lineAt(line, [field], `there is no file ${quoted(document)} beside this one.`)
  }
  return {
    id: row.id ?? document,
    document: { file },
    ...labelsOf(row, line, null),
  }
}

function withParagraphs(
  row: ExampleRow,
  given: NonNullable<ExampleRow['paragraphs']>,
  line: JsonLine,
): Example {
  const { document: name, sha256 } = row
  const id = row.id ?? name
  if (!id) throw lineAt(line, [], 'has no id.')
  const paragraphs = given.map((paragraph, index) => {
    if (typeof paragraph === 'string') return { index, text: paragraph }
    return { index, text: paragraph.text, ...withoutEmpty({ page: paragraph.page }) }
  })
  const source = name && sha256 ? { name, sha256 } : undefined
  const texts = paragraphs.map(({ text }) => text)
  return {
    id,
    document: { paragraphs, ...withoutEmpty({ source }) },
    ...labelsOf(row, line, texts),
  }
}

function labelsOf(
  row: ExampleRow,
  line: JsonLine,
  paragraphs: string[] | null,
): Pick<Example, 'issues' | 'group' | 'split' | 'extra'> {
  const { split, extra } = splitAndExtra(unknownFields(row, ExampleRow.shape))
  const all = { ...extra, ...row.extra }
  return {
    issues: row.issues.map((issue, index) =>
      toLabelledIssue(issue, { line, path: ['issues', index], paragraphs, outside: 'refuse' }),
    ),
    ...withoutEmpty({
      group: row.group,
      split,
      extra: Object.keys(all).length > 0 ? all : undefined,
    }),
  }
}
