import type { Page, Paragraph } from '../schema/document.ts'
import { UserFacingError } from '../lib/errors.ts'
import { decodeText, looksBinary } from './decode-text.ts'
import { splitAtBlankLines, type Content } from './flowing-text.ts'

/**
 * Plain text. A form feed starts a page, a blank line a paragraph; line ends within a paragraph
 * become spaces.
 * @throws UserFacingError document-not-supported when the bytes are no text
 */
export function readPlainText(bytes: Uint8Array): Content {
  const pageTexts = textOf(bytes).split('\f')
  const paragraphs = pageTexts
    .flatMap((text, i) => splitAtBlankLines(text).map((part) => ({ text: part, page: i + 1 })))
    .map(({ text, page }, index): Paragraph => ({ index, page, text, role: 'body', words: [] }))
  const pages = pageTexts.map((text, i): Page => {
    return { number: i + 1, width: null, height: null, hasText: text.trim() !== '' }
  })
  return { pages, paragraphs }
}

/**
 * The text of a file that is meant to be text.
 * @throws UserFacingError document-not-supported when the bytes are no text
 */
export function textOf(bytes: Uint8Array, declared?: string): string {
  const text = decodeText(bytes, declared)
  if (!looksBinary(text)) return text
  throw new UserFacingError(
    'document-not-supported',
    'The file is neither text nor a document that can be read: PDF, Word (.docx), HTML, Markdown or plain text.',
  )
}
