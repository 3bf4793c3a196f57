import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Judgement } from '../verdict.ts'
import {
  ReadMarkKind,
  ReadState,
  ReviewedIssue,
  ReviewEntry,
  ReviewEvent,
  Sha256,
} from '../workplace.ts'
import { page, PageInput, procedure } from './procedure.ts'

export const ExportFormat = z.enum(['pdf', 'csv', 'json'])
export type ExportFormat = z.infer<typeof ExportFormat>

const ById = z.object({ review: z.string() })

export const reviews = {
  start: procedure('reviews:run')
    .route({
      method: 'POST',
      path: '/reviews',
      summary: 'Review a document with a version of the flow',
      successStatus: 201,
    })
    .input(
      z.object({
        document: Sha256,
        /** Default: the version in use. */
        flow: z.string().optional(),
        /** Only these agents. */
        agents: z.array(z.string()).min(1).optional(),
        /** Read pages without text by OCR first: some seconds a page. */
        ocr: z.boolean().optional(),
      }),
    )
    .output(ReviewEntry),
  startMany: procedure('reviews:run')
    .route({
      method: 'POST',
      path: '/reviews/batch',
      summary: 'Review many documents, one after the other',
      successStatus: 201,
    })
    .input(z.object({ documents: z.array(Sha256).min(1).max(10_000), flow: z.string().optional() }))
    .output(z.object({ reviews: z.array(z.string()) })),
  list: procedure('reviews:read')
    .route({ method: 'GET', path: '/reviews', summary: 'Reviews, newest first: the queue' })
    .input(
      PageInput.extend({
        document: Sha256.optional(),
        /** Only those that are queued or running. */
        active: z.stringbool().optional(),
      }),
    )
    .output(page(ReviewEntry)),
  get: procedure('reviews:read')
    .route({ method: 'GET', path: '/reviews/{review}', summary: 'One review' })
    .input(ById)
    .output(ReviewEntry),
  issues: procedure('reviews:read')
    .route({
      method: 'GET',
      path: '/reviews/{review}/issues',
      summary: 'All issues of a review in document order, with their verdicts',
    })
    .input(ById)
    .output(
      z.object({
        review: ReviewEntry,
        issues: z.array(ReviewedIssue),
        /** Of the newest event that they hold: follow the review after it. */
        lastEvent: z.int().nonnegative(),
      }),
    ),
  events: procedure('reviews:read')
    .route({
      method: 'GET',
      path: '/reviews/{review}/events',
      summary: 'Follow a review (Server-Sent Events; goes on after Last-Event-ID)',
    })
    .input(
      ById.extend({
        after: z.coerce.number().int().nonnegative().default(0),
        /** `complete`: the stream ends with the review instead of going on with people's verdicts. */
        until: z.enum(['complete']).optional(),
      }),
    )
    .output(eventIterator(ReviewEvent)),
  stop: procedure('reviews:run')
    .route({ method: 'POST', path: '/reviews/{review}/stop', summary: 'Stop; what is done stays' })
    .input(ById)
    .output(ReviewEntry),
  judge: procedure('verdicts:write')
    .route({
      method: 'POST',
      path: '/reviews/{review}/issues/{issue}/verdicts',
      summary: 'Accept, edit or dismiss an issue, or take that back',
      description:
        '`version` is the number of verdicts that you have seen. When somebody was faster, the answer is 409 with the issue as it is now.',
      successStatus: 201,
    })
    .input(
      ById.extend({
        issue: z.string(),
        version: z.int().nonnegative(),
        judgement: Judgement.refine(({ kind }) => kind !== 'missed', 'add a missed issue instead'),
      }),
    )
    .errors({ CONFLICT: { status: 409, data: z.object({ issue: ReviewedIssue }) } })
    .output(ReviewedIssue),
  addMissed: procedure('verdicts:write')
    .route({
      method: 'POST',
      path: '/reviews/{review}/issues',
      summary: 'Add an issue that the agents missed',
      successStatus: 201,
    })
    .input(
      ById.extend({
        type: z.string().min(1).max(200),
        paragraph: z.int().nonnegative(),
        /** UTF-16 offsets in the paragraph's text, end exclusive. */
        start: z.int().nonnegative(),
        end: z.int().positive(),
        explanation: z.string().min(1).max(10_000),
        suggestedFix: z.string().max(10_000).nullable(),
      }),
    )
    .output(ReviewedIssue),
  markRead: procedure('verdicts:write')
    .route({
      method: 'PUT',
      path: '/reviews/{review}/read-marks/{mark}',
      summary: 'Say that you have read all of the document, or take that back',
      description:
        'You make `mark` up; sent twice it is one. It holds for the document, also in later reviews. A document is reviewed fully when somebody has read all of it and no issue of its newest review is open.',
    })
    .input(
      ById.extend({
        mark: z
          .string()
          .regex(/^[\w-]{16,64}$/, '16 to 64 letters, digits, - or _')
          .meta({ examples: ['read-2026-11-29-by-ann'] }),
        kind: ReadMarkKind,
      }),
    )
    .output(ReadState),
  exportAs: procedure('exports:read')
    .route({
      method: 'GET',
      path: '/reviews/{review}/export/{format}',
      summary: 'The PDF with its issues as highlights and comments, or a table of them',
    })
    .input(ById.extend({ format: ExportFormat }))
    .output(z.file()),
}
