import { readFile, writeFile } from 'node:fs/promises'
import { stackOf, UserFacingError } from '../lib/errors.ts'
import type { Pdfium } from './pdfium.ts'
import { parseDocument } from './parse-document.ts'
import type { AnnotateRequest, ParseMessage, ParseReply, ParseRequest } from './parse-protocol.ts'

let pdfium: Promise<Pdfium> | undefined

// A guarded child process: it does what its parent asks, one file at a time, and ends with it.
process.on('message', (request: ParseRequest | AnnotateRequest) => {
  void answer(request).then(send)
})
process.on('disconnect', () => process.exit(0))
// Ctrl-C in a terminal reaches the whole group; the parent decides what happens to its children.
process.on('SIGINT', () => {})

function send(message: ParseMessage): void {
  process.send?.(message)
}

async function answer(request: ParseRequest | AnnotateRequest): Promise<ParseReply> {
  const { id } = request
  try {
    return 'output' in request ? await annotate(request) : await parse(request)
  } catch (error) {
    if (error instanceof UserFacingError) {
      return { id, error: { code: error.code, message: error.message } }
    }
    return { id, crash: stackOf(error) }
  }
}

async function parse({ id, file, ocr, ...source }: ParseRequest): Promise<ParseReply> {
  const document = await parseDocument(await readFile(file), {
    ...source,
    ...(ocr && { ocr: (progress) => send({ id, ocr: progress }) }),
  })
  return { id, document }
}

async function annotate({ id, file, output, ...marks }: AnnotateRequest): Promise<ParseReply> {
  const { annotatePdf } = await import('./annotate-pdf.ts')
  const { loadPdfium } = await import('./pdfium.ts')
  pdfium ??= loadPdfium()
  await writeFile(output, annotatePdf(await pdfium, await readFile(file), marks))
  return { id, written: true }
}
