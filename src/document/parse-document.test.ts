import { describe, expect, test } from 'vitest'
import { paragraph, writeDocx } from '../../test/helpers/write-docx.ts'
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
