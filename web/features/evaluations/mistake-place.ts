import type { MeasuredText } from '../../../src/schema/api/evaluations.ts'
import type { MistakeInContext, TextRange } from '../../../src/schema/evaluation-details.ts'

/**
 * Where a mistake stands in the list of a document's paragraphs; null when what was quoted has no place in
 * it, `changed` when the paragraph is another one now, so that nothing could be marked in it.
 */
export function placeOf(
  { paragraph }: Pick<MistakeInContext, 'paragraph'>,
  { paragraphs }: Pick<MeasuredText, 'paragraphs'>,
): number | null | 'changed' {
  if (paragraph === null) return null
  const position = paragraphs.findIndex(({ index }) => index === paragraph.index)
  const now = paragraphs[position]?.text
  const { before = 0, after = 0 } = paragraph.leftOut ?? {}
  const part = now?.slice(before, before + paragraph.text.length)
  const length = before + paragraph.text.length + after
  return part === paragraph.text && now?.length === length ? position : 'changed'
}

/** Ranges of a mistake in its whole paragraph. */
export function rangesInWhole({
  paragraph,
  detectedRange,
  truthRange,
}: Pick<MistakeInContext, 'paragraph' | 'detectedRange' | 'truthRange'>) {
  const by = paragraph?.leftOut?.before ?? 0
  const moved = (range: TextRange | null): TextRange | null =>
    range && { start: range.start + by, end: range.end + by }
  return { detected: moved(detectedRange), truth: moved(truthRange) }
}
