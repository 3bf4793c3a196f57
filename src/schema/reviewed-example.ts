import type { LabelledIssue } from './example.ts'
import type { DatasetParagraph, ReviewTally } from './stored-dataset.ts'
import type { StoredDocument } from './stored-document.ts'
import type { PersonName } from './workplace.ts'

/** What people's verdicts on a document that is fully reviewed come to. */
export type ReviewedExample = {
  /** The newest one. */
  review: string
  /** Who has read all of the document. */
  readBy: PersonName[]
  document: StoredDocument
  paragraphs: DatasetParagraph[]
  issues: LabelledIssue[]
  verdicts: ReviewTally
}

/** A document as an example, labelled by what people have said of it so far, however much that is. */
export type DocumentExample = Omit<ReviewedExample, 'review' | 'readBy' | 'verdicts'> & {
  /** Its newest review and what people said in it; null when it has none. */
  review: (ReviewTally & { id: string }) | null
}
