import { describe, expect, test } from 'vitest'
import { paragraph, run, writeDocx } from '../../test/helpers/write-docx.ts'
import { writePdf } from '../../test/helpers/write-pdf.ts'
import { parseDocument } from './parse-document.ts'

const texts: [language: string, text: string][] = [
  ['en', 'The plan covers preventive care and emergency services, subject to the limits below.'],
  [
    'de',
    'Der Tarif deckt Vorsorge und Notfälle ab, soweit die folgenden Grenzen eingehalten sind.',
  ],
  ['fr', 'Le régime couvre les soins préventifs et les urgences, dans les limites indiquées ici.'],
  ['es', 'El plan cubre la atención preventiva y las urgencias, con los límites que se indican.'],
  ['ru', 'План покрывает профилактику и неотложную помощь в пределах, указанных ниже в таблице.'],
  [
    'zh',
    '本计划涵盖预防性护理和急诊服务，但须遵守下列限制。会员应在就诊前向服务提供者确认其是否属于网络。',
  ],
]

const formats: Record<string, (text: string) => string | Buffer> = {
  'a.txt': (text) => text,
  'a.html': (text) => `<style>body { color: red }</style><p>${text}</p>`,
  'a.md': (text) => `# ${text}\n\n\`\`\`js\nconst result = await fetch(url)\n\`\`\``,
  'a.docx': (text) => writeDocx(paragraph(text)),
}

describe.each(Object.entries(formats))('the language is told in %s', (name, write) => {
  test.each(texts)('%s', async (language, text) => {
    const bytes = Buffer.from(write(`${text} ${text}`))
    expect(await parseDocument(bytes, { name })).toMatchObject({ language, name })
  })
})

test('the language of a few words is not guessed', async () => {
  const { language } = await parseDocument(Buffer.from('Benefits in detail'), { name: 'a.txt' })
  expect(language).toBeNull()
})

const marked = (tag: string): string => run('Anlage 3', `<w:lang w:val="${tag}"/>`)
const defaults = (tag: string): string =>
  `<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="${tag}" w:eastAsia="ja-JP"/></w:rPr></w:rPrDefault></w:docDefaults>`
const inWord = (content: string, tag: string): Buffer =>
  writeDocx(paragraph(content), { parts: { styles: defaults(tag) } })
const onPage = [{ texts: [{ x: 72, y: 700, text: 'Anlage 3' }] }]

test.each<[name: string, bytes: string | Buffer, language: string | null]>([
  ['a.html', '<html lang="de-AT"><p>Anlage 3</p>', 'de'],
  ['a.html', '<HTML LANG=fra><p>Annexe 3</p>', 'fr'],
  ['a.html', '<html lang="und"><p>Anlage 3</p>', null],
  ['a.html', '<html lang="not a language"><p>Anlage 3</p>', null],
  ['a.html', '<html><p lang="de">Anlage 3</p>', null],
  ['a.docx', inWord('Anlage 3', 'de-DE'), 'de'],
  ['a.docx', inWord(marked('nl-NL'), 'en-US'), 'nl'],
  ['a.docx', inWord(marked('en-US') + run('Anlage 3') + run('Anlage 4'), 'de-DE'), 'de'],
  ['a.docx', writeDocx(paragraph('Anlage 3')), null],
  ['a.pdf', writePdf(onPage, '/Lang (it-IT)'), 'it'],
  ['a.pdf', writePdf(onPage, '/Lang <FEFF00640065>'), 'de'],
  ['a.pdf', writePdf(onPage, `/Lang (${'x'.repeat(100)})`), null],
  ['a.pdf', writePdf(onPage), null],
])('%s says what a few words do not tell (%#)', async (name, bytes, language) => {
  expect(await parseDocument(Buffer.from(bytes), { name })).toMatchObject({ language })
})

test('code does not tell the language of a document', async () => {
  const code = 'const result = await fetch(url)\n'.repeat(20)
  const markdown = `Der Tarif deckt alles ab.\n\n\`\`\`\n${code}\`\`\``
  const { language } = await parseDocument(Buffer.from(markdown), { name: 'a.md' })
  expect(language).toBeNull()
})

test('what is nested too deeply is refused with a sentence', async () => {
  const deep = parseDocument(Buffer.from('>'.repeat(20_000)), { name: 'a.md' })
  await expect(deep).rejects.toMatchObject({ code: 'document-too-complex' })
})
