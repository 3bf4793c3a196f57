import type { DocumentEntry } from '../../../src/schema/workplace.ts'

const codes = ['document-encrypted', 'document-password-wrong']

/** Of other formats only PDFs can be opened by their password. */
export function needsPassword({ state, error, mediaType }: DocumentEntry): boolean {
  const isPdf = mediaType === 'application/pdf'
  return state === 'failed' && isPdf && error !== null && codes.includes(error.code)
}

/** Pages that OCR could still read. */
export function unreadPages({ pagesWithoutText, pagesReadByOcr }: DocumentEntry): number {
  return Math.max(0, (pagesWithoutText ?? 0) - (pagesReadByOcr ?? 0))
}
