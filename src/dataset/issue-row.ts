import { z } from 'zod'
import type { LabelledIssue } from '../schema/example.ts'
import { lineAt, type JsonLine } from './json-lines.ts'
import { toUtf16Offset } from './text-offsets.ts'
import { isFields, unknownFields, withoutEmpty } from './fields.ts'

const offset = z.int().nonnegative().nullish()
const text = z.string().nullish()

/** Issue types become keys of results and words in messages. */
export const IssueType = z
  .string()
  .regex(/\S/, 'must not be blank')
  .refine((type) => type !== '__proto__', 'must not be "__proto__"')

const RowLocation = z.looseObject({
  sourceSentence: text,
  source_sentence: text,
  page: z.int().nullish(),
  page_num: z.int().nullish(),
  paragraph: offset,
  para_index: offset,
  start: offset,
  end: offset,
})

/**
 * An issue in any of the shapes we read: flat with snake-case names and offsets in code points
 * (`gold.jsonl`), or with a `location`, ours (UTF-16 offsets) or the reference app's (no offsets).
 */
export const IssueRow = z.looseObject({
  id: text,
  type: IssueType,
  text,
  explanation: text,
  reason: text,
  suggestedFix: text,
  suggested_fix: text,
  score: z.number().nullish(),
  ignore: z.boolean().nullish(),
  location: RowLocation.nullish(),
  source_sentence: text,
  page_num: z.int().nullish(),
  para_index: offset,
  start: offset,
  end: offset,
  start_utf16: offset,
  end_utf16: offset,
  /** Further fields, whatever they are called; what is no object is a field like any other. */
  extra: z.unknown().optional(),
})
export type IssueRow = z.infer<typeof IssueRow>

/** Where a row came from and what its places are checked against. */
export type RowSource = {
  line: JsonLine
  /** Path of the row inside the line. */
  path: readonly PropertyKey[]
  /** Null when the document's text is not known while reading. */
  paragraphs: readonly string[] | null
  /** What a place outside the document is: a fault of a dataset, but a thing that models do. */
  outside: 'refuse' | 'forget'
}

/** The row in our words. Offsets become UTF-16; a span that runs over its paragraph's end is cut. */
export function toLabelledIssue(row: IssueRow, source: RowSource): LabelledIssue {
  const location = row.location ?? {}
  return withoutEmpty({
    id: row.id,
    type: row.type,
    text: row.text ?? '',
    explanation: row.explanation ?? row.reason,
    suggestedFix: row.suggestedFix ?? row.suggested_fix,
    score: row.score,
    ignore: row.ignore,
    location: withoutEmpty({
      sourceSentence: location.sourceSentence ?? location.source_sentence ?? row.source_sentence,
      page: location.page ?? location.page_num ?? row.page_num,
      ...placeOf(row, source),
    }),
    extra: extraOf(row),
  })
}

type PlaceFields = Pick<LabelledIssue['location'], 'paragraph' | 'start' | 'end'>

function placeOf(row: IssueRow, source: RowSource): PlaceFields {
  const paragraph = row.location?.paragraph ?? row.location?.para_index ?? row.para_index
  if (typeof paragraph !== 'number') return {}
  if (source.paragraphs === null) return { paragraph, ...spanOf(row, source, null) }
  const text = source.paragraphs[paragraph]
  if (text !== undefined) return { paragraph, ...spanOf(row, source, text) }
  return refuseUnlessModel(source, `paragraph ${paragraph} is outside the document`)
}

type Span = { start?: number; end?: number }

function spanOf(row: IssueRow, source: RowSource, paragraph: string | null): Span {
  const start = offsetOf(row, 'start', { source, paragraph })
  const end = offsetOf(row, 'end', { source, paragraph })
  if (start === null && end === null) return {}
  if (start === null || end === null) {
    throw lineAt(source.line, source.path, 'start and end must be given together.')
  }
  if (start > end) throw lineAt(source.line, source.path, 'start is behind end.')
  if (paragraph === null) return { start, end }
  if (start <= paragraph.length) return { start, end: Math.min(end, paragraph.length) }
  const reason = `start ${start} is behind the end of its paragraph (${paragraph.length})`
  return refuseUnlessModel(source, reason)
}

type OffsetContext = { source: RowSource; paragraph: string | null }

/** UTF-16. When a row gives code points and UTF-16, they must agree inside the paragraph. */
function offsetOf(row: IssueRow, name: 'start' | 'end', context: OffsetContext): number | null {
  const { source, paragraph } = context
  const own = row.location?.[name]
  if (typeof own === 'number') return own
  const utf16 = row[`${name}_utf16`] ?? null
  const codePoints = row[name] ?? null
  if (codePoints === null || (paragraph === null && utf16 !== null)) return utf16
  if (paragraph === null) {
    const reason = `${name} counts code points, which only the document's text turns into UTF-16; give ${name}_utf16 or location.${name} instead.`
    throw lineAt(source.line, [...source.path, name], reason)
  }
  const converted = toUtf16Offset(paragraph, codePoints)
  if (utf16 !== null && utf16 !== converted && converted <= paragraph.length) {
    const reason = `${name} is ${codePoints} code points, which are ${converted} UTF-16 units here, but ${name}_utf16 is ${utf16}.`
    throw lineAt(source.line, [...source.path, `${name}_utf16`], reason)
  }
  return converted
}

/** A model's invented place is forgotten: the issue is then looked for by its text. */
function refuseUnlessModel(source: RowSource, reason: string): Record<string, never> {
  if (source.outside === 'forget') return {}
  throw lineAt(source.line, source.path, `${reason}; do the labels belong to this text?`)
}

/** What we have no word for, kept as it was. */
function extraOf(row: IssueRow): Record<string, unknown> | undefined {
  const location = unknownFields(row.location ?? {}, RowLocation.shape)
  const own = { ...unknownFields(row, IssueRow.shape), ...(location && { location }) }
  // What is there twice stays what it is in the row.
  const { extra } = row
  const isApart = isFields(extra) && Object.keys(extra).every((name) => !Object.hasOwn(own, name))
  const all = { ...own, ...(isApart ? extra : withoutEmpty({ extra })) }
  return Object.keys(all).length > 0 ? all : undefined
}

/** Whether a row would not read it as a field that we have no word for. */
export function isRowField(name: string, value: unknown): boolean {
  if (name !== 'location') return Object.hasOwn(IssueRow.shape, name)
  return !isFields(value) || Object.keys(value).some((one) => Object.hasOwn(RowLocation.shape, one))
}
