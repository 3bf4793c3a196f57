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

/** A document as an example, labelled by what people have said of it so far, however much that is. */
export type DocumentExample = Omit<ReviewedExample, 'review' | 'verdicts'> & {
  /** Its newest review and what people said in it; null when it has none. */
  review: (ReviewTally & { id: string }) | null
}
