import { expect, test } from 'vitest'
import { readPlainText } from './plain-text.ts'

const textsOf = (bytes: Uint8Array) => readPlainText(bytes).paragraphs.map(({ text }) => text)

test('blank lines separate paragraphs and line ends within one become spaces', () => {
  const text = 'One line\r\nand its second.\r\n \r\n\r\nAnother\tone.\rEnd'
  expect(textsOf(Buffer.from(text))).toEqual(['One line and its second.', 'Another one. End'])
})

test('a form feed starts a page, and an empty page says that it has no text', () => {
  const { pages, paragraphs } = readPlainText(Buffer.from('First.\f\fThird.'))
  expect(pages.map(({ hasText }) => hasText)).toEqual([true, false, true])
  expect(paragraphs.map(({ index, page }) => [index, page])).toEqual([
    [0, 1],
    [1, 3],
  ])
})

test.each([
  ['UTF-8 with a byte-order mark', Buffer.from('\ufeffCafé 😀')],
  ['UTF-16, little-endian', Buffer.from('\ufeffCafé 😀', 'utf16le')],
  ['UTF-16, big-endian', Buffer.from('\ufeffCafé 😀', 'utf16le').swap16()],
])('%s is read without its mark', (_, bytes) => {
  expect(textsOf(bytes)).toEqual(['Café 😀'])
})

test('what is no UTF-8 is taken for Windows-1252', () => {
  expect(textsOf(Buffer.from([0x43, 0x61, 0x66, 0xe9, 0x20, 0x80]))).toEqual(['Café €'])
})

test('a binary file is refused', () => {
  expect(() => readPlainText(Buffer.from([0x50, 0x4b, 3, 4, 0, 0]))).toThrow(
    'neither text nor a document',
  )
})
