import { UserFacingError } from '../lib/errors.ts'

export type UploadedFile = {
  name: string
  content: AsyncIterable<Uint8Array>
  /** The other fields, before and after the file; to be called once the content is read. */
  fields(): Promise<Record<string, string>>
}

/** Of everything that is not the file: preamble, headers of a part, other fields. */
const mostOverhead = 256 * 1024
const mostFields = 20

/**
 * The form field `file` of a multipart/form-data request (RFC 7578), read as it arrives, so that a file
 * need not fit into memory.
 * @throws UserFacingError upload-malformed; while the content is read, upload-cut-off
 */
export async function readMultipartFile(request: {
  headers: Headers
  body: AsyncIterable<Uint8Array> | null
}): Promise<UploadedFile> {
  const boundary = boundaryOf(request.headers.get('content-type') ?? '')
  if (boundary === null || request.body === null) throw malformed()
  const source = new Source(request.body)
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  await collect(source.until(delimiter))
  const fields = new Map<string, string>()
  /** @returns headers of the file, or null at the end of the form */
  const readOn = async (): Promise<string | null> => {
    for (;;) {
      const headers = await nextHeaders(source)
      if (headers === null) return null
      const name = fieldOf(headers)
      if (name === 'file') return headers
      fields.set(name ?? '', textOf(await collect(source.until(delimiter))))
      if (fields.size > mostFields) throw malformed()
    }
  }
  const headers = await readOn()
  if (headers === null) throw malformed()
  return {
    name: fileNameOf(headers),
    content: source.until(delimiter),
    async fields() {
      if ((await readOn()) !== null) throw malformed()
      return Object.fromEntries(fields)
    },
  }
}

/** Bytes as they come, cut at marks. */
class Source {
  readonly #chunks: AsyncIterator<Uint8Array>
  /** Begins with a line end, so that the first boundary looks like the others. */
  #buffer = Buffer.from('\r\n')

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** What stands before the mark, which is taken away; throws when it does not come. */
  async *until(mark: Buffer): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.#buffer.indexOf(mark)
      if (at >= 0) {
        if (at > 0) yield this.#buffer.subarray(0, at)
        this.#buffer = this.#buffer.subarray(at + mark.length)
        return
      }
      const safe = this.#buffer.length - mark.length + 1
      if (safe > 0) {
        yield this.#buffer.subarray(0, safe)
        this.#buffer = this.#buffer.subarray(safe)
      }
      await this.#fill()
    }
  }

  async take(count: number): Promise<Buffer> {
    while (this.#buffer.length < count) await this.#fill()
    const taken = this.#buffer.subarray(0, count)
    this.#buffer = this.#buffer.subarray(count)
    return taken
  }

  async #fill(): Promise<void> {
    const { done, value } = await this.#chunks.next()
    if (done) {
      throw new UserFacingError(
        'upload-cut-off',
        'The upload broke off before its end. Send it again.',
      )
    }
    this.#buffer = Buffer.concat([this.#buffer, value])
  }
}

/** Null after the last part. */
async function nextHeaders(source: Source): Promise<string | null> {
  const after = (await source.take(2)).toString('latin1')
  if (after === '--') return null
  if (after !== '\r\n') throw malformed()
  return textOf(await collect(source.until(Buffer.from('\r\n\r\n'))))
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of content) {
    bytes += part.byteLength
    if (bytes > mostOverhead) throw malformed()
    parts.push(Buffer.from(part))
  }
  return parts
}

function textOf(parts: Uint8Array[]): string {
  return Buffer.concat(parts).toString('utf8')
}

function boundaryOf(contentType: string): string | null {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return null
  const [, quoted, plain] =
    /;\s*boundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))/i.exec(contentType) ?? []
  return quoted ?? plain ?? null
}

function fieldOf(headers: string): string | null {
  return (
    /^content-disposition:\s*form-data\b[^\r\n]*?;\s*name="?([^";\r\n]*)/im.exec(headers)?.[1] ??
    null
  )
}

/** Browsers write quotes and line ends in names as %22, %0D and %0A. */
function fileNameOf(headers: string): string {
  const extended = /;\s*filename\*=UTF-8''([^;\s]+)/i.exec(headers)?.[1]
  if (extended !== undefined) return decoded(extended)
  const name = /;\s*filename="([^"\r\n]*)"/i.exec(headers)?.[1] ?? ''
  return name.replace(/%(22|0D|0A)/g, (escape) => decoded(escape))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function malformed(): UserFacingError {
  return new UserFacingError(
    'upload-malformed',
    'Send the file as form field `file`, for example with curl -F file=@report.pdf.',
  )
}
