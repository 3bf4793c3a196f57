import type { FoundIssues } from '../agent/answers.ts'
import type { createLocator, Quote } from '../agent/locate-quote.ts'
import { sentenceAt, splitSentences } from '../agent/sentences.ts'
import type { Paragraph } from '../schema/document.ts'
import type { LabelledIssue } from '../schema/example.ts'

export type IssueAnswer = FoundIssues['issues'][number]

type Shown = { paragraphs: Paragraph[]; locate: ReturnType<typeof createLocator> }

/**
 * A recorded issue as a model would have answered it that was shown some paragraphs. Where its place
 * is known, it is quoted with as much around it as makes the quote stand there only.
 */
export function answerFromIssue(issue: LabelledIssue, shown: Shown): IssueAnswer {
  const { text, sentence, paragraph } = quoteOf(issue, shown)
  return {
    para_index: paragraph,
    source_sentence: sentence,
    text,
    explanation: issue.explanation ?? '',
    suggested_fix: issue.suggestedFix ?? null,
  }
}

function quoteOf({ text, location }: LabelledIssue, { paragraphs, locate }: Shown): Quote {
  const { paragraph: named = 0, sourceSentence, start, end } = location
  const recorded = { paragraph: named, text, sentence: sourceSentence ?? '' }
  const paragraph = paragraphs.find(({ index }) => index === named)
  if (paragraph === undefined || start === undefined || end === undefined) return recorded
  const literal = { paragraph: named, text: paragraph.text.slice(start, end) }
  for (const sentence of [recorded.sentence, ...surroundings(paragraph.text, { start, end })]) {
    const place = locate({ ...literal, sentence })
    if (place?.paragraph === named && place.start === start && place.end === end) {
      return { ...literal, sentence }
    }
  }
  return recorded
}

/** The sentence, then ever more of the paragraph on both sides. */
function* surroundings(text: string, { start, end }: { start: number; end: number }) {
  yield sentenceAt(splitSentences(text), start, text).text
  for (let margin = 8; margin < 2 * text.length; margin *= 2) {
    yield text.slice(Math.max(0, start - margin), end + margin)
  }
}
