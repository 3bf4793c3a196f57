import { expect, test } from 'vitest'
import { paragraph, run, writeDocx } from '../../test/helpers/write-docx.ts'
import { writeZip } from '../../test/helpers/write-zip.ts'
import { readDocx } from './read-docx.ts'

async function textsOf(...document: Parameters<typeof writeDocx>): Promise<string[]> {
  const { paragraphs } = await readDocx(writeDocx(...document))
  return paragraphs.map(({ text }) => text)
}

test('headings, list items and table cells are paragraphs of one page without a size', async () => {
  const cell = (text: string): string => `<w:tc>${paragraph(text)}</w:tc>`
  const body = [
    paragraph('Benefits', '<w:pStyle w:val="Heading1"/>'),
    paragraph(run('The plan ') + run('covers', '<w:b/>') + run(' teeth &amp; eyes.')),
    paragraph('Vision', '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'),
    `<w:tbl><w:tr>${cell('Copay')}${cell('$10')}</w:tr></w:tbl>`,
  ]
  const { pages, paragraphs } = await readDocx(writeDocx(body.join('')))
  expect(pages).toEqual([{ number: 1, width: null, height: null, hasText: true }])
  expect(paragraphs.map(({ text }) => text)).toEqual([
    'Benefits',
    'The plan covers teeth & eyes.',
    'Vision',
    'Copay',
    '$10',
  ])
})

test('tracked changes are read as accepted, and comments are left out', async () => {
  const body = paragraph(
    run('We ') +
      '<w:del w:id="1"><w:r><w:delText>may</w:delText></w:r></w:del>' +
      `<w:ins w:id="2">${run('will')}</w:ins>` +
      '<w:commentRangeStart w:id="0"/>' +
      run(' pay.') +
      '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>',
  )
  const comment = `<w:comment w:id="0" w:author="A">${paragraph('Really?')}</w:comment>`
  expect(await textsOf(body, { parts: { comments: comment } })).toEqual(['We will pay.'])
})

test('a footnote is a paragraph at the end, without its mark in the text', async () => {
  const body = paragraph(`${run('Covered')}<w:r><w:footnoteReference w:id="2"/></w:r>${run('.')}`)
  const footnote = `<w:footnote w:id="2">${paragraph('Within limits.')}</w:footnote>`
  const texts = await textsOf(body + paragraph('Next.'), { parts: { footnotes: footnote } })
  expect(texts).toEqual(['Covered.', 'Next.', 'Within limits.'])
})

test('a text box is read once, after the paragraph that holds it', async () => {
  const box = `<w:txbxContent>${paragraph('In the box.')}</w:txbxContent>`
  const shape = `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>${box}</wps:txbx></w:drawing></mc:Choice>
    <mc:Fallback><w:pict><v:shape><v:textbox>${box}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>`
  expect(await textsOf(paragraph(run('Before.') + shape))).toEqual(['Before.', 'In the box.'])
})

test('text that is hidden or white is kept, as are zero-width and tag characters', async () => {
  const body = paragraph(
    run('Seen') +
      run(' hidden', '<w:vanish/>') +
      run(' white\u200b\u{e0041}', '<w:color w:val="FFFFFF"/>'),
  )
  expect(await textsOf(body)).toEqual(['Seen hidden white\u200b\u{e0041}'])
})

test('an entity that names a file is refused, and the file is not read', async () => {
  const doctype = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
  const read = textsOf(paragraph(run('&secret;')), { doctype })
  await expect(read).rejects.toMatchObject({ code: 'document-broken' })
})

test('entities that multiply are refused', async () => {
  const doctype = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
  const read = textsOf(paragraph(run('&b;')), { doctype })
  await expect(read).rejects.toMatchObject({ code: 'document-broken' })
})

test('an archive with the names of a Word document, but no document, is broken', async () => {
  const read = readDocx(writeZip({ 'word/styles.xml': '<x/>' }))
  await expect(read).rejects.toMatchObject({ code: 'document-broken' })
})

test('a document cannot hide its own paragraphs by a style map that it brings', async () => {
  const { default: mammoth } = await import('mammoth')
  const bytes = writeDocx(paragraph('We guarantee it.'))
  const mapped = await mammoth.embedStyleMap({ buffer: bytes }, 'p => !')
  const { paragraphs } = await readDocx(mapped.toBuffer())
  expect(paragraphs.map(({ text }) => text)).toEqual(['We guarantee it.'])
})

test('text that unpacks to more than can be read is refused before it is unpacked', async () => {
  const bomb = writeZip({ 'word/document.xml': Buffer.alloc(33 * 2 ** 20, 'a') })
  await expect(readDocx(bomb)).rejects.toMatchObject({ code: 'document-too-complex' })
})
