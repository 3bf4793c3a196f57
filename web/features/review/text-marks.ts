import type { Paragraph } from '../../../src/schema/document.ts'
import type { Issue } from '../../../src/schema/issue.ts'
import { cutAtMarks } from '../../../src/schema/marked-pieces.ts'
import type { ReviewedIssue } from '../../../src/schema/workplace.ts'

/** A stretch of text and the issues that cover it. */
export type Segment = { start: number; text: string; issues: ReviewedIssue[] }

/** Cuts a paragraph where issues begin and end; what is to be inserted covers no text. */
export function cutAtIssues(text: string, issues: ReviewedIssue[]): Segment[] {
  const placed = issues.flatMap((mark) => {
    const { start, end } = mark.issue.location
    return start === null || end === null ? [] : [{ mark, start, end }]
  })
  return cutAtMarks(text, placed).flatMap(({ start, text: words, marks }) =>
    words === '' ? [] : [{ start, text: words, issues: marks }],
  )
}

/** A sentence in three parts, the words of the issue in the middle; they are empty when not found. */
export type MarkedSentence = { before: string; words: string; after: string }

export function markedSentence(issue: Issue, paragraph: Paragraph | undefined): MarkedSentence {
  const { sourceSentence, start, end } = issue.location
  const whole = { before: sourceSentence, words: '', after: '' }
  if (paragraph !== undefined && start !== null && end !== null) {
    const at = paragraph.text.lastIndexOf(sourceSentence, start)
    const [from, to] = [start - at, end - at]
    if (at >= 0 && to <= sourceSentence.length) return cut(sourceSentence, from, to)
  }
  const found = sourceSentence.indexOf(issue.text)
  if (issue.text === '' || found < 0) return whole
  return cut(sourceSentence, found, found + issue.text.length)
}

function cut(sentence: string, from: number, to: number): MarkedSentence {
  return {
    before: sentence.slice(0, from),
    words: sentence.slice(from, to),
    after: sentence.slice(to),
  }
}
