import type { Paragraph } from '../schema/document.ts'
import type { Finding, IssueLocation } from '../schema/issue.ts'
import { mergeQuads } from './merge-quads.ts'

/**
 * Where a finding stands: at its offsets when its text is literally there, else at the only place
 * (within its sentence, if that is found) where the text occurs. A text that is not in the
 * paragraph, or stands there more than once with nothing to choose by, gets no place.
 */
export function placeFinding(finding: Finding, paragraph: Paragraph | undefined): IssueLocation {
  const start = paragraph && findStart(finding, paragraph.text)
  if (paragraph === undefined || start === undefined) return nowhere(finding)
  const end = start + finding.text.length
  const words = paragraph.words.filter((word) => word.start < end && word.end > start)
  return {
    sourceSentence: finding.sourceSentence,
    page: words[0]?.page ?? paragraph.page,
    paragraph: paragraph.index,
    start,
    end,
    quads: mergeQuads(words),
  }
}

function findStart(finding: Finding, text: string): number | undefined {
  if (finding.start !== undefined && text.startsWith(finding.text, finding.start)) {
    return finding.start
  }
  if (finding.text === '') return undefined
  const sentence = onlyOccurrence(text, finding.sourceSentence)
  if (sentence === undefined) return onlyOccurrence(text, finding.text)
  const start = onlyOccurrence(finding.sourceSentence, finding.text)
  return start === undefined ? undefined : sentence + start
}

function onlyOccurrence(text: string, part: string): number | undefined {
  const first = part === '' ? -1 : text.indexOf(part)
  return first === -1 || text.includes(part, first + 1) ? undefined : first
}

function nowhere(finding: Finding): IssueLocation {
  return {
    sourceSentence: finding.sourceSentence,
    page: null,
    paragraph: null,
    start: null,
    end: null,
    quads: [],
  }
}
