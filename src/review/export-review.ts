import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Highlight } from '../document/annotate-pdf.ts'
import { csvRow } from '../lib/csv-row.ts'
import { UserFacingError } from '../lib/errors.ts'
import { leftOutInWords } from '../schema/left-out.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import type { ReviewedIssue, ReviewEntry } from '../schema/workplace.ts'
import type { Content } from '../store/blobs/blobs.ts'
import type { ReviewHost } from './review-host.ts'

export type ReviewContent = {
  document: StoredDocument
  entry: ReviewEntry
  /** In document order. */
  issues: ReviewedIssue[]
}

export type ExportedFile = { name: string; type: string; content: Content }

/** @throws UserFacingError export-needs-pdf, export-encrypted, document-not-annotated */
export async function exportReview(
  host: Pick<ReviewHost, 'blobs' | 'flows'>,
  review: ReviewContent,
  format: 'pdf' | 'csv' | 'json',
): Promise<ExportedFile> {
  const base = path.parse(review.document.name ?? 'document').name
  switch (format) {
    case 'pdf':
      return pdfFile(host, review, `${base} (reviewed).pdf`)
    case 'csv':
      // Spreadsheets take the file for UTF-8 only with the mark.
      return textFile(`${base} issues.csv`, 'text/csv; charset=utf-8', `\uFEFF${csvOf(review)}`)
    case 'json': {
      const json = JSON.stringify({ review: review.entry, issues: review.issues }, null, 2)
      return textFile(`${base} issues.json`, 'application/json', json)
    }
  }
}

function textFile(name: string, type: string, text: string): ExportedFile {
  return { name, type, content: Readable.from([Buffer.from(text)]) }
}

const columns =
  'document,page,type,agent,status,text,explanation,suggested fix,score,sentence,added by,judged by,reason,paragraph,start,end,issue,left out of agent'

function csvOf({ entry, issues }: ReviewContent): string {
  return csvRow(columns.split(',')) + issues.map((reviewed) => csvOfIssue(entry, reviewed)).join('')
}

function csvOfIssue(entry: ReviewEntry, reviewed: ReviewedIssue): string {
  const { issue, status, origin } = reviewed
  const { location } = issue
  const { explanation, suggestedFix } = asEdited(reviewed)
  const judges = [...new Set(reviewed.verdicts.map(({ person }) => person.name))].join('; ')
  const said = [entry.document.name, location.page, issue.type, issue.agent, status, issue.text]
  const why = [explanation, suggestedFix, issue.score, location.sourceSentence, origin, judges]
  const where = [location.paragraph, location.start, location.end, issue.id]
  const { leftOut = 0 } = entry.agents.find(({ name }) => name === issue.agent) ?? {}
  return csvRow([...said, ...why, reasonOf(reviewed), ...where, leftOut])
}

/** With what people changed; the newest edit wins. */
function asEdited({ issue, verdicts }: ReviewedIssue) {
  const edits = verdicts.flatMap(({ judgement }) =>
    judgement.kind === 'edited' ? [judgement.edit] : [],
  )
  return { ...issue, ...edits.at(-1) }
}

function reasonOf({ verdicts }: ReviewedIssue): string {
  return verdicts
    .flatMap(({ judgement }) => (judgement.kind === 'dismissed' ? [judgement.reason] : []))
    .flatMap((reason) => (reason === null ? [] : [reason.text ?? reason.kind]))
    .join('; ')
}

async function pdfFile(
  { blobs, flows }: Pick<ReviewHost, 'blobs' | 'flows'>,
  { document, entry, issues }: ReviewContent,
  name: string,
): Promise<ExportedFile> {
  if (document.mediaType !== 'application/pdf') {
    throw new UserFacingError('export-needs-pdf', 'Only a PDF can be marked. Export CSV or JSON.')
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'proofloop-export-'))
  try {
    const [file, output] = ['document.pdf', 'reviewed.pdf'].map((one) => path.join(folder, one))
    if (file === undefined || output === undefined) throw new Error('There is no path.')
    await pipeline(Readable.from(await blobs.get(document.sha256)), createWriteStream(file))
    const highlights = issues.flatMap(highlightsOf)
    await flows.documents.annotate(file, { highlights, note: noteOf(entry), output })
    return { name, type: 'application/pdf', content: thenRemove(createReadStream(output), folder) }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw isEncrypted(error) ? encrypted() : error
  }
}

function isEncrypted(error: unknown): boolean {
  return error instanceof UserFacingError && error.code === 'document-encrypted'
}

/** Its password was used to read it, and is not there any more. */
function encrypted(): UserFacingError {
  return new UserFacingError(
    'export-encrypted',
    'An encrypted PDF cannot be marked. Export CSV or JSON.',
  )
}

/** What a reader of the marked file would take for complete otherwise. */
function noteOf({ agents }: ReviewEntry): string | undefined {
  const short = agents.filter(({ leftOut }) => leftOut > 0)
  if (short.length === 0) return undefined
  return short.map(({ name, leftOut }) => `${name}: ${leftOutInWords(leftOut)}.`).join('\n')
}

async function* thenRemove(content: Content, folder: string): Content {
  try {
    yield* content
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Yellow for what is open, green for what people agree with. */
const colors: Record<string, Highlight['color']> = {
  open: [255, 225, 90],
  accepted: [140, 220, 140],
  edited: [140, 220, 140],
  disputed: [255, 180, 90],
}

/** One a page; an issue over a page break has two. What people dismissed is left out. */
function highlightsOf(reviewed: ReviewedIssue): Highlight[] {
  const color = colors[reviewed.status]
  if (color === undefined) return []
  const { type, agent, location, explanation, suggestedFix } = asEdited(reviewed)
  const fix =
    suggestedFix === null ? [] : [`Fix: ${suggestedFix === '' ? 'delete it' : suggestedFix}`]
  const comment = [type, explanation, ...fix, `(${reviewed.status})`].join('\n')
  const author = reviewed.origin === 'person' ? (reviewed.verdicts[0]?.person.name ?? '') : agent
  return [...Map.groupBy(location.quads, ({ page }) => page)].map(([page, quads]) => ({
    page,
    comment,
    author,
    color,
    quads: quads.map(({ quad }) => quad),
  }))
}
