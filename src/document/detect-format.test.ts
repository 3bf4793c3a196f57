import { describe, expect, test } from 'vitest'
import { paragraph, writeDocx } from '../../test/helpers/write-docx.ts'
import { writePdf } from '../../test/helpers/write-pdf.ts'
import { writeZip } from '../../test/helpers/write-zip.ts'
import { detectFormat } from './detect-format.ts'

const docx = writeDocx(paragraph('Text.'))
const page = '<!-- a -->\n<!DOCTYPE html><p>Text'

describe('content decides, then the name', () => {
  test.each([
    ['docx', 'a.docx', docx],
    ['docx', 'renamed.txt', docx],
    ['pdf', 'renamed.docx', writePdf([])],
    ['html', 'a.HTM', 'Text'],
    ['html', 'page', page],
    ['text', 'page.txt', page],
    ['markdown', 'README.md', page],
    ['text', 'LICENSE', 'Text'],
    ['text', 'about.txt', 'A file starts with %PDF-1.7'],
  ])('%s: %s', (format, name, content) => {
    expect(detectFormat(Buffer.from(content), name)).toBe(format)
  })
})

/** The head of a compound file, and a name from its directory. */
function ole(stream: string): Buffer {
  const magic = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
  return Buffer.concat([magic, Buffer.alloc(512), Buffer.from(stream, 'utf16le')])
}

const png = Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1')

describe('what cannot be read is named', () => {
  test.each<[name: string, content: string | Buffer, error: { code: string; part: string }]>([
    ['a.docx', png, unsupported('is named .docx, but what it holds is a PNG picture')],
    ['a.pdf', png, unsupported('is named .pdf, but what it holds is a PNG picture')],
    ['a.png', png, unsupported('is a PNG picture, which cannot be read')],
    ['a.docx', page, unsupported('is named .docx, but what it holds is something else')],
    ['a.doc', ole('WordDocument'), unsupported('document of Word 97–2003')],
    ['a.rtf', '{\\rtf1 Text}', unsupported('an RTF document')],
    ['a.xlsx', writeZip({ 'xl/workbook.xml': '' }), unsupported('an Excel workbook')],
    ['a.docx', writeZip({ 'a.txt': '' }), unsupported('a ZIP archive')],
    ['a.docx', ole('EncryptedPackage'), { code: 'document-encrypted', part: 'with a password' }],
    ['a.docx', docx.subarray(0, -30), { code: 'document-broken', part: 'cut off or broken' }],
  ])('%s', (name, content, { code, part }) => {
    const error = { code, message: expect.stringContaining(part) }
    expect(() => detectFormat(Buffer.from(content), name)).toThrow(expect.objectContaining(error))
  })
})

function unsupported(part: string): { code: string; part: string } {
  return { code: 'document-not-supported', part }
}
