import path from 'node:path'
import { CsvError, parse } from 'csv-parse/sync'
import { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'
import type { Example, LabelledIssue } from '../schema/example.ts'
import { IssueType } from './issue-row.ts'
import { lineError, quoted } from './line-error.ts'
import { namedDocuments, type ReadFrom } from './named-documents.ts'
import { readTextFile } from './read-text-file.ts'
import { unknownFields, withoutEmpty } from './fields.ts'

const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a whole number from 0 up')
  .transform(Number)
  .optional()

const CsvRow = z.looseObject({
  document: z.string('must name the document'),
  id: z.string().optional(),
  type: IssueType.optional(),
  text: z.string().optional(),
  explanation: z.string().optional(),
  suggested_fix: z.string().optional(),
  source_sentence: z.string().optional(),
  paragraph: wholeNumber,
  start: wholeNumber,
  end: wholeNumber,
  page: wholeNumber,
})
type CsvRow = z.infer<typeof CsvRow>

type CsvLine = { file: string; line: number; cells: Record<string, string> }

/**
 * Reads a table with one issue a row and a header. A row with a document and no type says that the
 * document is looked at and has no (further) issue. Offsets are UTF-16.
 */
export async function readCsvIssues(
  file: string,
  name: string,
  from: ReadFrom = {},
): Promise<Example[]> {
  const rows = parseTable(await readTextFile(file, name), name).map(toRow)
  const byDocument = Map.groupBy(rows, ({ row }) => row.id ?? row.document)
  const documents = namedDocuments(path.dirname(file), from)
  const place: Place = {
    find: (document) => documents.file(document),
    hint: from.confined === true ? ' Send the table with its documents in a ZIP archive.' : '',
  }
  return Promise.all([...byDocument].map(([id, own]) => toExample(id, own, place)))
}

type Place = {
  find: (document: string) => Promise<string | null>
  /** What helps where it is not there. */
  hint: string
}

type Row = { row: CsvRow; line: CsvLine }

async function toExample(id: string, rows: Row[], { find, hint }: Place): Promise<Example> {
  const [first] = rows
  if (first === undefined) throw new Error('a group has a member')
  const { document } = first.row
  const other = rows.find(({ row }) => row.document !== document)
  if (other !== undefined) {
    throw refuse(other.line, 'document', `${quoted(id)} is ${quoted(document)} further up.`)
  }
  const file = await find(document)
  if (file === null) {
    throw refuse(
      first.line,
      'document',
      `there is no file ${quoted(document)} beside this one.${hint}`,
    )
  }
  return { id, document: { file }, issues: rows.flatMap(toIssues) }
}

function toIssues({ row, line }: Row): LabelledIssue[] {
  const { type, text, paragraph, start, end } = row
  if (type === undefined) {
    if (text === undefined) return []
    throw refuse(line, 'type', 'is empty, but the row has a text.')
  }
  if ((start === undefined) !== (end === undefined)) {
    throw refuse(line, start === undefined ? 'start' : 'end', 'start and end come together.')
  }
  if (start !== undefined && end !== undefined && start > end) {
    throw refuse(line, 'start', `start is ${start} but end is ${end}.`)
  }
  if (start !== undefined && paragraph === undefined) {
    throw refuse(line, 'paragraph', 'is empty, but start and end count inside a paragraph.')
  }
  return [
    {
      type,
      text: text ?? '',
      location: withoutEmpty({
        sourceSentence: row.source_sentence,
        page: row.page,
        paragraph,
        start,
        end,
      }),
      ...withoutEmpty({
        explanation: row.explanation,
        suggestedFix: row.suggested_fix,
        extra: unknownFields(row, CsvRow.shape),
      }),
    },
  ]
}

const Parsed = z.array(
  z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.number() }) }),
)

function parseTable(text: string, name: string): CsvLine[] {
  try {
    const parsed = Parsed.parse(
      parse(text, { columns: checkedHeader(name), info: true, skip_empty_lines: true }),
    )
    if (parsed.length > 0) {
      return parsed.map(({ record, info }) => ({ file: name, line: info.lines, cells: record }))
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    const line = typeof cause['lines'] === 'number' ? cause['lines'] : 1
    const error = lineError('bad-line', { file: name, line }, `is not CSV: ${cause.message}.`)
    error.cause = cause
    throw error
  }
  throw new UserFacingError('file-empty', `${name} has a header at most, but no row.`)
}

function checkedHeader(name: string): (header: string[]) => string[] {
  return (header) => {
    const columns = header.map((column) => column.trim())
    const repeated = columns.find((column, index) => columns.indexOf(column) !== index)
    if (repeated !== undefined) {
      throw lineError('bad-line', { file: name, line: 1, column: repeated }, 'stands twice.')
    }
    if (columns.includes('__proto__')) {
      throw lineError('bad-line', { file: name, line: 1, column: '__proto__' }, 'is refused.')
    }
    const missing = ['document', 'type', 'text'].find((column) => !columns.includes(column))
    if (missing === undefined) return columns
    const reason = `the header needs the columns document, type and text, separated by commas; ${quoted(missing)} is missing.`
    throw lineError('bad-line', { file: name, line: 1 }, reason)
  }
}

/** An empty cell is no value. */
function toRow(line: CsvLine): Row {
  const filled = Object.entries(line.cells).filter(([, cell]) => cell !== '')
  const result = CsvRow.safeParse(Object.fromEntries(filled))
  if (result.success) return { row: result.data, line }
  const issue = result.error.issues[0]
  throw refuse(line, String(issue?.path[0] ?? ''), `${issue?.message}.`)
}

function refuse(line: CsvLine, column: string, reason: string): UserFacingError {
  return lineError('bad-line', { file: line.file, line: line.line, column }, reason)
}
