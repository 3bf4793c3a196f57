import type { Page, Paragraph, ParagraphRole } from '../schema/document.ts'

export type Content = {
  pages: Page[]
  paragraphs: Paragraph[]
  /** What the file says that it is written in, ISO 639-1. */
  language?: string | null
}

/** A paragraph of a format that has no pages and no boxes. */
export type FlowingParagraph = { text: string; role: ParagraphRole }

/** White space, but not U+FEFF: inside a text it is an invisible character like others. */
const space = /[^\S\ufeff]+/gu
const softHyphen = /\u00ad/gu

/** One line, as a reader sees it: hyphens that are shown only at line ends are none of the text. */
export function oneLine(text: string): string {
  return text.replace(softHyphen, '').replace(space, ' ').trim()
}

/** Paragraphs that blank lines separate; line ends within one become spaces. */
export function splitAtBlankLines(text: string): string[] {
  return text
    .replace(/\r\n?/gu, '\n')
    .split(/\n[^\S\n]*\n\s*/u)
    .map(oneLine)
    .filter((part) => part !== '')
}

/** The whole document as one page without a size. */
export function onePage(flowing: FlowingParagraph[]): Content {
  const paragraphs = flowing.map(({ text, role }, index): Paragraph => {
    return { index, page: 1, text, role, words: [] }
  })
  return {
    pages: [{ number: 1, width: null, height: null, hasText: paragraphs.length > 0 }],
    paragraphs,
  }
}
