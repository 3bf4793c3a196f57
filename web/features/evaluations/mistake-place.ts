import type { MeasuredText } from '../../../src/schema/api/evaluations.ts'
import type { MistakeInContext } from '../../../src/schema/evaluation-details.ts'

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
  return paragraphs[position]?.text === paragraph.text ? position : 'changed'
}
