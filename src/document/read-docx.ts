import mammoth from 'mammoth'
import type { DefaultTreeAdapterTypes as Tree } from 'parse5'
import { UserFacingError } from '../lib/errors.ts'
import { docxLanguage } from './docx-language.ts'
import { onePage, type Content } from './flowing-text.ts'
import { readHtmlFragment } from './read-html.ts'
import { listZipEntries, readZipText, type ZipEntry } from './zip-entries.ts'

/** Some 3,000 pages; their XML takes sixty times as much memory. */
const maxUnpacked = 32 * 2 ** 20
/** Pictures and fonts are not unpacked. */
const xmlPart = /\.(?:xml|rels)$/iu

/**
 * A Word document as one page: mammoth turns it into HTML, which is then read like any other.
 * @throws UserFacingError document-too-complex, document-broken
 */
export async function readDocx(bytes: Uint8Array): Promise<Content> {
  const parts = listZipEntries(bytes) ?? []
  refuseBomb(parts)
  const html = await toHtml(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const textOf = async (name: string): Promise<string> => {
    const part = parts.find((entry) => entry.name === `word/${name}.xml`)
    return part ? readZipText(bytes, part, maxUnpacked) : ''
  }
  const language = docxLanguage({
    document: await textOf('document'),
    styles: await textOf('styles'),
  })
  return { ...onePage(readHtmlFragment(html, isNoteMark)), language }
}

function refuseBomb(entries: ZipEntry[]): void {
  const parts = entries.filter(({ name }) => xmlPart.test(name))
  const unpacked = parts.reduce((sum, part) => sum + part.unpackedBytes, 0)
  if (unpacked <= maxUnpacked) return
  const [size, limit] = [unpacked, maxUnpacked].map((value) => Math.round(value / 2 ** 20))
  throw new UserFacingError(
    'document-too-complex',
    `The text of the Word document unpacks to ${size} MB; at most ${limit} MB can be read. Split it.`,
  )
}

async function toHtml(buffer: Buffer): Promise<string> {
  const convertImage = mammoth.images.imgElement(async () => ({ src: '' }))
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer },
      // A document must not say by itself which of its styles are shown.
      { convertImage, includeEmbeddedStyleMap: false },
    )
    return value
  } catch (error) {
    // Too deep or too long for JavaScript: the caller has a sentence for that.
    if (error instanceof RangeError) throw error
    throw new UserFacingError(
      'document-broken',
      'The Word document is broken. Open it in Word or LibreOffice and save it again.',
      { cause: error },
    )
  }
}

/** mammoth's marks in the text ("[1]") and its arrows from a note back to its mark. */
function isNoteMark({ tagName, attrs }: Tree.Element): boolean {
  return (
    tagName === 'a' &&
    attrs.some(({ name, value }) => {
      return name === 'href' && /^#(?:foot|end)note-(?:ref-)?\d+$/u.test(value)
    })
  )
}
