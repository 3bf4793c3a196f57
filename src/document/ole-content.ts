import { UserFacingError } from '../lib/errors.ts'

/** Names of streams, which stand in the directory of a compound file in UTF-16. */
const streams: [string, string][] = [
  ['WordDocument', 'a document of Word 97–2003 (.doc)'],
  ['Workbook', 'a workbook of Excel 97–2003 (.xls)'],
  ['PowerPoint Document', 'a presentation of PowerPoint 97–2003 (.ppt)'],
  ['__substg1.0_', 'an e-mail of Outlook (.msg)'],
]

/**
 * What an OLE compound file is: Office's formats before 2007, and the box that Office puts newer
 * documents into when they get a password.
 * @throws UserFacingError document-encrypted
 */
export function nameOleContent(file: Buffer): string {
  const holds = (stream: string): boolean => file.includes(Buffer.from(stream, 'utf16le'))
  if (holds('EncryptedPackage')) {
    throw new UserFacingError(
      'document-encrypted',
      'The Office document is protected with a password, and only PDFs can be opened with theirs. Save it without a password, or as PDF.',
    )
  }
  return streams.find(([stream]) => holds(stream))?.[1] ?? 'a file of an Office before 2007'
}
