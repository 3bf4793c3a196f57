import type { LabelledIssue } from './example.ts'
import type { DatasetParagraph, ReviewTally } from './stored-dataset.ts'
import type { StoredDocument } from './stored-document.ts'

/** What people's verdicts on a document that was reviewed whole come to. */
export type ReviewedExample = {
  review: string
  document: StoredDocument
  paragraphs: DatasetParagraph[]
  issues: LabelledIssue[]
  verdicts: ReviewTally
}
