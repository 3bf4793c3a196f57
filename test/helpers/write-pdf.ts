import { deflateSync } from 'node:zlib'

type Text = {
  x: number
  y: number
  text: string
  size?: number
  turn?: 0 | 90 | 180 | 270
  white?: boolean
}
type PageOptions = { texts: Text[]; rotate?: 0 | 90 | 180 | 270; cropBox?: number[] }

/**
 * A small valid PDF with Helvetica text at given places (points, origin bottom left).
 * @param catalog further entries of the catalog
 */
export function writePdf(pages: PageOptions[], catalog = ''): Buffer {
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, i) => `${4 + 2 * i} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    ...pages.flatMap(({ texts, rotate = 0, cropBox }, i) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Rotate ${rotate} ${cropBox ? `/CropBox [${cropBox.join(' ')}]` : ''}
         /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * i} 0 R >>`,
      stream(Buffer.from(texts.map(drawText).join('\n'), 'latin1')),
    ]),
  ]
  return assemble(objects)
}

/** A PDF of a few kilobytes whose page content inflates to the given number of bytes. */
export function writeBomb(bytes: number): Buffer {
  const row = Buffer.from('BT /F1 9 Tf 1 0 0 1 9 9 Tm (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj ET\n')
  const content = Buffer.alloc(bytes, row)
  const once = deflateSync(content, { level: 9 })
  return assemble([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Count 1 /Kids [4 0 R] >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>',
    stream(deflateSync(once, { level: 9 }), '/Filter [/FlateDecode /FlateDecode]'),
  ])
}

type Picture = { width: number; height: number; pixelsPerPoint: number; pixels: Uint8Array }

/** A PDF without text: pictures in grey that fill their pages as these are shown, after `rotate`. */
export function writeScan(pages: (Picture & { rotate: 0 | 90 })[]): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, i) => `${3 + 3 * i} 0 R`).join(' ')}] >>`,
    ...pages.flatMap(({ width, height, pixelsPerPoint, pixels, rotate }, i) => {
      const [w, h] = [width / pixelsPerPoint, height / pixelsPerPoint]
      const [box, matrix] =
        rotate === 0 ? [`${w} ${h}`, `${w} 0 0 ${h} 0 0`] : [`${h} ${w}`, `0 ${w} -${h} 0 ${h} 0`]
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${box}] /Rotate ${rotate}
         /Resources << /XObject << /P ${5 + 3 * i} 0 R >> >> /Contents ${4 + 3 * i} 0 R >>`,
        stream(Buffer.from(`${matrix} cm /P Do`)),
        stream(
          deflateSync(pixels),
          `/Type /XObject /Subtype /Image /Width ${width} /Height ${height}
           /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode`,
        ),
      ]
    }),
  ]
  return assemble(objects)
}

function drawText({ x, y, text, size = 10, turn = 0, white = false }: Text): string {
  const [cos, sin] = { 0: [1, 0], 90: [0, 1], 180: [-1, 0], 270: [0, -1] }[turn] ?? [1, 0]
  const escaped = text.replace(/[\\()]/g, '\\$&')
  return `BT ${white ? 1 : 0} g /F1 ${size} Tf ${cos} ${sin} ${-(sin ?? 0)} ${cos} ${x} ${y} Tm (${escaped}) Tj ET`
}

function stream(content: Buffer, extra = ''): Buffer {
  return Buffer.concat([
    Buffer.from(`<< /Length ${content.length} ${extra} >>\nstream\n`),
    content,
    Buffer.from('\nendstream'),
  ])
}

function assemble(objects: (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')]
  const offsets: number[] = []
  let length = parts[0]?.length ?? 0
  for (const [i, object] of objects.entries()) {
    const part = Buffer.concat([
      Buffer.from(`${i + 1} 0 obj\n`),
      Buffer.from(object),
      Buffer.from('\nendobj\n'),
    ])
    offsets.push(length)
    parts.push(part)
    length += part.length
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`
  const trailer = `trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`
  return Buffer.concat([...parts, Buffer.from(table + trailer)])
}
