import type { DocumentText, ReviewedIssue } from '../../../src/schema/workplace.ts'
import type { Place } from '../../components/pdf/page-marks.tsx'
import type { Pick, WordIndex } from '../../components/pdf/word-index.ts'

/** A place to scroll to; a new object scrolls there again. */
export type ScrollTarget = { paragraph: number | null; place: Place | null }

/** What both viewers, of pages and of paragraphs, are given. */
export type DocumentViewProps = {
  document: DocumentText
  issues: ReviewedIssue[]
  colours: Map<string, number>
  index: WordIndex
  selected: string | null
  scrollTo: ScrollTarget | null
  pick: Pick | null
  onSelect: (issue: string) => void
  onPick: (pick: Pick | null) => void
}
