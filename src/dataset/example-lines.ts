import path from 'node:path'
import { z } from 'zod'
import type { Example } from '../schema/example.ts'
import { Sha256 } from '../schema/workplace.ts'
import { IssueRow, toLabelledIssue } from './issue-row.ts'
import { lineAt, parseRow, readJsonLines, type JsonLine } from './json-lines.ts'
import { quoted } from './line-error.ts'
import { mapColumns } from './column-mapping.ts'
import { isHash, type NamedDocuments, namedDocuments, type ReadFrom } from './named-documents.ts'
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
 * app's ground truth (`pdf_name`). Document files are looked up beside the file; one that is named by its
 * SHA-256 also among what was uploaded.
 */
export async function readExampleLines(
  file: string,
  name: string,
  from: ReadFrom = {},
): Promise<Example[]> {
  const documents = namedDocuments(path.dirname(file), from)
  const { columns } = from
  const lineOf = new Map<string, number>()
  const examples: Example[] = []
  for (const line of await readJsonLines(file, name)) {
    const mapped = columns === undefined ? line : mapColumns(line, columns)
    const example = await toExample(mapped, documents)
    const before = lineOf.get(example.id)
    if (before !== undefined) {
      throw lineAt(line, [], `the document ${quoted(example.id)} stands in line ${before} already.`)
    }
    lineOf.set(example.id, line.line)
    examples.push(example)
  }
  return examples
}

async function toExample(line: JsonLine, documents: NamedDocuments): Promise<Example> {
  const row = parseRow(ExampleRow, line)
  const document = row.document ?? row.pdf_name
  if (row.paragraphs) return withParagraphs(row, row.paragraphs, line)
  if (document === null || document === undefined) {
    const reason =
      'names no document; give "document" (or "pdf_name"), a file beside this one, or its "paragraphs".'
    throw lineAt(line, [], reason)
  }
  const id = row.id ?? document
  const file = await documents.file(document)
  if (file !== null) return { id, document: { file }, ...labelsOf(row, line, null) }
  const stored = await documents.stored(document)
  if (stored !== null) return withStoredText(row, stored, line)
  const field = row.document ? 'document' : 'pdf_name'
  const reason = isHash(document)
    ? `no file beside this one has the SHA-256 ${document}, nor has a document that was uploaded and read.`
    : `there is no file ${quoted(document)} beside this one.`
  throw lineAt(line, [field], reason)
}

type Stored = NonNullable<Awaited<ReturnType<NamedDocuments['stored']>>>

/** As an example that is made of the document itself. */
function withStoredText(row: ExampleRow, stored: Stored, line: JsonLine): Example {
  const { id, group, name, sha256, paragraphs, language } = stored
  const texts = paragraphs.map(({ text }) => text)
  const { extra, ...labels } = labelsOf(row, line, texts)
  const all = { ...withoutEmpty({ lang: language }), ...extra }
  return {
    id: row.id ?? sha256,
    document: { paragraphs, source: { name, sha256, stored: { document: id, group } } },
    ...labels,
    ...withoutEmpty({ extra: Object.keys(all).length > 0 ? all : undefined }),
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
