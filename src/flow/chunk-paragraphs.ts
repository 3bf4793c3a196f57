import type { Paragraph } from '../schema/document.ts'

/**
 * Splits what is to be reviewed into the portions that an agent sees at once.
 * @param size paragraphs in a chunk; -1 puts the whole document into one
 */
export function chunkParagraphs(paragraphs: Paragraph[], size: number): Paragraph[][] {
  const reviewed = paragraphs.filter((paragraph) => paragraph.role === 'body')
  if (size === -1) return reviewed.length > 0 ? [reviewed] : []
  const count = Math.ceil(reviewed.length / size)
  return Array.from({ length: count }, (_, i) => reviewed.slice(i * size, (i + 1) * size))
}
