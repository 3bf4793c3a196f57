import { writeZip } from './write-zip.ts'

const word = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packaged = 'http://schemas.openxmlformats.org/package/2006'
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

const namespaces = `xmlns:w="${word}" xmlns:r="${office}"
  xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
  xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
  xmlns:v="urn:schemas-microsoft-com:vml"`

const contentTypes = `${head}<Types xmlns="${packaged}/content-types">
  <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
  <Default Extension="xml" ContentType="application/xml"/>
  <Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
</Types>`

function relationships(targets: Record<string, string>): string {
  const rows = Object.entries(targets).map(
    ([type, target], i) =>
      `<Relationship Id="rId${i + 1}" Type="${office}/${type}" Target="${target}"/>`,
  )
  return `${head}<Relationships xmlns="${packaged}/relationships">${rows.join('')}</Relationships>`
}

/** A Word document whose body is the given WordprocessingML. */
export function writeDocx(
  body: string,
  { doctype = '', parts = {} }: { doctype?: string; parts?: Record<string, string> } = {},
): Buffer {
  const others = Object.entries(parts).map(([name, content]): [string, string] => {
    return [`word/${name}.xml`, `${head}<w:${name} ${namespaces}>${content}</w:${name}>`]
  })
  return writeZip({
    '[Content_Types].xml': contentTypes,
    '_rels/.rels': relationships({ officeDocument: 'word/document.xml' }),
    'word/_rels/document.xml.rels': relationships(
      Object.fromEntries(Object.keys(parts).map((name) => [name, `${name}.xml`])),
    ),
    'word/document.xml': `${head}${doctype}<w:document ${namespaces}><w:body>${body}</w:body></w:document>`,
    ...Object.fromEntries(others),
  })
}

/** A paragraph; `content` is runs, or text that is made one. */
export function paragraph(content: string, properties = ''): string {
  const runs = content.startsWith('<') ? content : run(content)
  return `<w:p><w:pPr>${properties}</w:pPr>${runs}</w:p>`
}

export function run(text: string, properties = ''): string {
  return `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`
}
