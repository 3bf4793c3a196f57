import type { Page, Paragraph } from '../schema/document.ts'
import { UserFacingError } from '../lib/errors.ts'

/**
 * Plain text in UTF-8 or, with a byte-order mark, UTF-16; text that is neither is taken for
 * Windows-1252. A form feed starts a page, a blank line a paragraph; line ends within a paragraph
 * become spaces.
 * @throws UserFacingError document-not-supported when the bytes are no text
 */
export function readPlainText(bytes: Uint8Array): { pages: Page[]; paragraphs: Paragraph[] } {
  const pageTexts = decode(bytes).split('\f')
  const paragraphs = pageTexts
    .flatMap((text, i) => paragraphsOf(text).map((paragraph) => ({ text: paragraph, page: i + 1 })))
    .map(({ text, page }, index): Paragraph => ({ index, page, text, role: 'body', words: [] }))
  const pages = pageTexts.map((text, i): Page => {
    return { number: i + 1, width: null, height: null, hasText: text.trim() !== '' }
  })
  return { pages, paragraphs }
}

function paragraphsOf(text: string): string[] {
  return text
    .replace(/\r\n?/gu, '\n')
    .split(/\n[^\S\n]*\n\s*/u)
    .map((part) => part.replace(/\s+/gu, ' ').trim())
    .filter((part) => part !== '')
}

function decode(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : isUtf8(bytes)
          ? 'utf-8'
          : 'windows-1252'
  const text = new TextDecoder(encoding).decode(bytes)
  // eslint-disable-next-line no-control-regex -- these characters are what tells a binary file
  if (!/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text)) return text
  throw new UserFacingError(
    'document-not-supported',
    'The file is neither a PDF nor text. PDF and plain text (UTF-8) can be read.',
  )
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}
