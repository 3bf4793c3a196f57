import path from 'node:path'
import { UserFacingError } from '../lib/errors.ts'
import { textFormats, type DocumentFormat } from './document-endings.ts'
import { nameOleContent } from './ole-content.ts'
import { listZipEntries } from './zip-entries.ts'

/**
 * What a file is: its content decides, and its name only where content cannot tell (HTML that is
 * named .txt is text).
 * @throws UserFacingError document-not-supported, document-encrypted, document-broken
 */
export function detectFormat(bytes: Uint8Array, name: string): DocumentFormat {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const ending = path.extname(name).toLowerCase()
  if (isPdf(file, ending)) return 'pdf'
  const binary = nameBinary(file)
  if (binary === 'docx') return 'docx'
  if (binary !== undefined) throw notReadable(binary, ending)
  if (ending === '.pdf' || ending === '.docx') throw notReadable(undefined, ending)
  return textFormats.get(ending) ?? (startsLikeHtml(file) ? 'html' : 'text')
}

/**
 * Readers accept a PDF whose header stands anywhere in the first 1024 bytes (ISO 32000-1, annex H),
 * but a text may speak of such a header: then its name decides.
 */
function isPdf(file: Buffer, ending: string): boolean {
  const at = file.subarray(0, 1024).indexOf('%PDF-')
  return at === 0 || (at > 0 && ending === '.pdf')
}

/** By the first bytes of the file; formats that people have under a wrong name or may well try. */
const signatures: [string, string][] = [
  ['\u0089PNG\r\n', 'a PNG picture'],
  ['\u00ff\u00d8\u00ff', 'a JPEG picture'],
  ['GIF8', 'a GIF picture'],
  ['II*\0', 'a TIFF picture'],
  ['MM\0*', 'a TIFF picture'],
  ['\0\0\0\u0018ftypheic', 'a HEIC picture'],
  ['RIFF', 'a picture, sound or film'],
  ['{\\rtf', 'an RTF document'],
  ['%!PS', 'a PostScript document'],
  ['\u001f\u008b', 'a gzip archive'],
  ['7z\u00bc\u00af', 'a 7-Zip archive'],
]

function nameBinary(file: Buffer): string | undefined {
  const head = file.toString('latin1', 0, 12)
  if (head.startsWith('PK\u0003\u0004') || head.startsWith('PK\u0005\u0006')) return nameZip(file)
  if (head.startsWith('\u00d0\u00cf\u0011\u00e0')) return nameOleContent(file)
  return signatures.find(([start]) => head.startsWith(start))?.[1]
}

/** Each Office format keeps its parts in a folder of its own; OpenDocument says what it is first. */
const zipFolders: [string, string][] = [
  ['word/', 'docx'],
  ['xl/', 'an Excel workbook'],
  ['ppt/', 'a PowerPoint presentation'],
  ['META-INF/container.xml', 'an e-book (EPUB)'],
  ['META-INF/manifest.xml', 'an OpenDocument file'],
]

function nameZip(file: Buffer): string {
  const entries = listZipEntries(file)
  if (entries === null) {
    throw new UserFacingError(
      'document-broken',
      'The file is a ZIP archive, as Word documents are, but it is cut off or broken. Get it again from where it came from.',
    )
  }
  const known = zipFolders.find(([folder]) => entries.some(({ name }) => name.startsWith(folder)))
  return known?.[1] ?? 'a ZIP archive'
}

function notReadable(what: string | undefined, ending: string): UserFacingError {
  const fix = 'Export the document as PDF or .docx.'
  const holds = what === undefined ? 'something else' : what
  const message =
    ending === '.pdf' || ending === '.docx'
      ? `The file is named ${ending}, but what it holds is ${holds}. ${fix}`
      : `The file is ${holds}, which cannot be read. ${fix}`
  return new UserFacingError('document-not-supported', message)
}

function startsLikeHtml(file: Buffer): boolean {
  return /^[\ufeff\s]*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html)\b/iu.test(
    file.toString('utf8', 0, 1024),
  )
}
