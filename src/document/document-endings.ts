export type DocumentFormat = 'pdf' | 'docx' | 'html' | 'markdown' | 'text'

/** What text is, by the name of its file. */
export const textFormats: ReadonlyMap<string, DocumentFormat> = new Map([
  ['.html', 'html'],
  ['.htm', 'html'],
  ['.xhtml', 'html'],
  ['.md', 'markdown'],
  ['.markdown', 'markdown'],
  ['.txt', 'text'],
  ['.text', 'text'],
])

/** Of the files that a folder stands for; a file that is named is read whatever its ending. */
export const documentEndings: ReadonlySet<string> = new Set([
  '.pdf',
  '.docx',
  ...textFormats.keys(),
])
