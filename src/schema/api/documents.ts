import { z } from 'zod'
import { Split } from '../access.ts'
import { DocumentEntry, DocumentState, DocumentText, Sha256 } from '../workplace.ts'
import { Done, page, PageInput, procedure } from './procedure.ts'

const ById = z.object({ sha256: Sha256 })

/** Opens a PDF. It is used to read the file and kept nowhere. */
const Password = z.string().max(1000).optional()

/** The fields of an upload besides `file`. */
export const UploadFields = z.strictObject({
  password: Password,
  /** Read pages without text by OCR: some seconds a page. */
  ocr: z.stringbool().optional(),
  /** Which it comes into, for who may write datasets and is no engineer; left out: it is drawn. */
  split: Split.optional(),
})
export type UploadFields = z.infer<typeof UploadFields>

export const documents = {
  list: procedure('documents:read')
    .route({
      method: 'GET',
      path: '/documents',
      summary: 'Documents that you may see, newest first',
    })
    .input(
      PageInput.extend({
        /** Part of a name, in any case. */
        search: z.string().max(200).optional(),
        state: DocumentState.optional(),
        /** `me`: those assigned to you. */
        assigned: z.enum(['me', 'nobody']).optional(),
        /** Only those with open issues. */
        open: z.stringbool().optional(),
        /** Only those whose newest review has ended and of which nobody has read all. */
        unread: z.stringbool().optional(),
      }),
    )
    .output(page(DocumentEntry)),
  get: procedure('documents:read')
    .route({ method: 'GET', path: '/documents/{sha256}', summary: 'One document' })
    .input(ById)
    .output(DocumentEntry),
  upload: procedure('documents:upload')
    .route({
      method: 'POST',
      path: '/documents',
      summary: 'Add a document',
      description:
        'Send the file as form field `file` (curl -F file=@report.pdf). The same bytes again are the same document. With a `password` the answer comes when the file is read.',
      successStatus: 201,
    })
    .input(UploadFields.extend({ file: z.file() }))
    .output(DocumentEntry),
  read: procedure('documents:upload')
    .route({
      method: 'POST',
      path: '/documents/{sha256}/read',
      summary: 'Read a file again: with its password, or its pages without text by OCR',
      description:
        'With a `password` the answer comes when the file is read, otherwise at once. What was read before keeps its place.',
    })
    .input(ById.extend({ password: Password, ocr: z.boolean().optional() }))
    .output(DocumentEntry),
  text: procedure('documents:read')
    .route({
      method: 'GET',
      path: '/documents/{sha256}/text',
      summary: 'Pages and paragraphs with the boxes of their words',
    })
    .input(ById)
    .output(DocumentText),
  file: procedure('documents:read')
    .route({ method: 'GET', path: '/documents/{sha256}/file', summary: 'The file as it came' })
    .input(ById)
    .output(z.file()),
  assign: procedure('documents:assign')
    .route({ method: 'PUT', path: '/documents/{sha256}/assignee', summary: 'Who is to review it' })
    .input(ById.extend({ person: z.string().nullable() }))
    .output(DocumentEntry),
  forget: procedure('documents:forget')
    .route({
      method: 'DELETE',
      path: '/documents/{sha256}',
      summary: 'Delete text and file; verdicts and counts stay',
    })
    .input(ById)
    .output(Done),
}
