import type { Context } from 'hono'
import { record, recordHiddenReads, recordHiddenRow } from '../../access/audit.ts'
import { openDocument } from '../../access/opened-texts.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { addDocument } from '../../review/add-document.ts'
import { documentEntries, findDocument } from '../../review/document-entries.ts'
import { exportReview } from '../../review/export-review.ts'
import { findReview } from '../../review/find-review.ts'
import { reviewEntries } from '../../review/review-entries.ts'
import { reviewedIssues } from '../../review/reviewed-issues.ts'
import type { ReviewHost } from '../../review/review-host.ts'
import { UploadFields } from '../../schema/api/documents.ts'
import { ExportFormat } from '../../schema/api/reviews.ts'
import type { StoredDocument } from '../../schema/stored-document.ts'
import { Sha256 } from '../../schema/workplace.ts'
import { byteRange } from '../byte-range.ts'
import { readMultipartFile } from '../multipart-file.ts'
import { contextOf, type App, type Env } from '../request-context.ts'
import { sendFile } from '../send-file.ts'

/** The addresses of the contract whose bodies are files, which are streamed; the gate stands before. */
export function addFiles(app: App, host: ReviewHost & { beyond: ReviewHost }): void {
  const { store, blobs, beyond } = host
  app.get('/api/reviews/:review/export/:format', async (c) => {
    const format = ExportFormat.safeParse(c.req.param('format')).data
    if (format === undefined) throw noSuchFormat()
    const { actor } = contextOf(c)
    const review = await findReview(host, actor, c.req.param('review'))
    const document = await store.documents.get(review.document)
    const [entry] = await reviewEntries(store, [review])
    if (document === null || entry === undefined || document.state === 'forgotten')
      throw forgotten()
    await openDocument(store, actor, document)
    await recordHiddenReads(store, actor, [document])
    await record(store, actor, { action: 'exported', subject: review.id, details: { format } })
    const issues = await reviewedIssues(store, { review: review.id, order: 'document' })
    return sendFile(await exportReview(host, { document, entry, issues }, format))
  })
  app.post('/api/documents', async (c) => {
    const { actor } = contextOf(c)
    const file = await readMultipartFile(c.req.raw)
    const howToRead = async (): Promise<UploadFields> => howOf(await file.fields())
    const document = await addDocument(beyond, actor, { ...file, howToRead })
    await recordHiddenRow(store, actor, document)
    const [entry] = await documentEntries(store, actor, [document])
    return c.json(entry, 201)
  })
  app.get('/api/documents/:sha256/file', async (c) => {
    const sha256 = Sha256.safeParse(c.req.param('sha256')).data ?? ''
    const { actor } = contextOf(c)
    const document = await findDocument(store, actor, sha256)
    if (document.state === 'forgotten') throw forgotten()
    await openDocument(store, actor, document)
    await recordHiddenReads(store, actor, [document])
    return sendDocument(c, blobs, document)
  })
}

/** An empty field of a form is none. */
function howOf(fields: Record<string, string>): UploadFields {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
  const how = UploadFields.safeParse(given)
  if (how.success) return how.data
  throw new UserFacingError(
    'upload-malformed',
    'Besides `file`, the form may have only `password` (at most 1000 characters), `ocr` (true or false) and `split` (evaluation, test or audit).',
  )
}

function forgotten(): UserFacingError {
  return new UserFacingError('document-not-found', 'The document was forgotten.')
}

function noSuchFormat(): UserFacingError {
  return new UserFacingError('format-not-found', 'There are the formats pdf, csv and json.')
}

/** Whole or a part of it; the bytes of a hash never change, so the hash is its tag. */
async function sendDocument(
  c: Context<Env>,
  blobs: ReviewHost['blobs'],
  { sha256, name, mediaType: type, bytes }: StoredDocument,
): Promise<Response> {
  const tag = `"${sha256}"`
  const sameFile = [undefined, tag].includes(c.req.header('if-range'))
  const range = byteRange(sameFile ? c.req.header('range') : undefined, bytes)
  const headers = { 'accept-ranges': 'bytes', etag: tag }
  if (range === 'unsatisfiable') {
    return c.body(null, 416, { ...headers, 'content-range': `bytes */${bytes}` })
  }
  const file = { name: name ?? 'document', type }
  if (range === 'whole') {
    return sendFile({ ...file, content: await blobs.get(sha256), bytes, headers })
  }
  const { start, end } = range
  return sendFile({
    ...file,
    content: await blobs.get(sha256, range),
    bytes: end - start + 1,
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${start}-${end}/${bytes}` },
  })
}
