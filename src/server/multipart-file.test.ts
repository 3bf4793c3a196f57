import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readMultipartFile } from './multipart-file.ts'

async function* inPieces(bytes: Uint8Array, sizes: number[]) {
  let at = 0
  for (let i = 0; at < bytes.length; i += 1) {
    const end = at + (sizes[i % sizes.length] ?? 1)
    yield bytes.subarray(at, end)
    at = end
  }
}

function read(
  text: Uint8Array | string,
  { type = 'multipart/form-data; boundary=xx', sizes = [7] } = {},
) {
  const headers = new Headers({ 'content-type': type })
  return readMultipartFile({ headers, body: inPieces(Buffer.from(text), sizes) })
}

async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(content, (chunk) => Buffer.from(chunk)))
}

test('a file comes out as what a form puts in, however it is cut into pieces', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
  const bytes = fc.uint8Array({ maxLength: 300 }).map((content) => {
    // Pieces of a boundary inside are what a cut could take for one.
    return Buffer.concat([content, Buffer.from('\r\n--\r\n-'), content])
  })
  await fc.assert(
    fc.asyncProperty(bytes, sizes, async (content, cuts) => {
      const form = new FormData()
      form.set('note', 'before')
      form.set('file', new File([new Uint8Array(content)], 'Größe "1".pdf'))
      form.set('later', 'after')
      const request = new Request('http://localhost', { method: 'POST', body: form })
      const type = request.headers.get('content-type') ?? ''
      const file = await read(new Uint8Array(await request.arrayBuffer()), { type, sizes: cuts })
      expect(file.name).toBe('Größe "1".pdf')
      expect(await bytesOf(file.content)).toEqual(Buffer.from(content))
      expect(await file.fields()).toEqual({ note: 'before', later: 'after' })
    }),
    { numRuns: 60 },
  )
})

test.each([
  ['no multipart', '{}', 'application/json'],
  ['no boundary', '', 'multipart/form-data; charset=utf-8'],
  ['no file', '--xx\r\ncontent-disposition: form-data; name="x"\r\n\r\n1\r\n--xx--\r\n', undefined],
  ['headers without end', `--xx\r\n${'a: b\r\n'.repeat(60_000)}`, undefined],
])('a request with %s is refused', async (_, text, type) => {
  await expect(read(text, { type, sizes: [50_000] })).rejects.toMatchObject({
    code: 'upload-malformed',
  })
})

test('a file that breaks off is refused at its end', async () => {
  const cut = '--xx\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\nabc'
  const { name, content } = await read(cut)
  expect(name).toBe('a.pdf')
  await expect(bytesOf(content)).rejects.toMatchObject({ code: 'upload-cut-off' })
})
