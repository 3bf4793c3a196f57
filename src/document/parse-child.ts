import { readFile } from 'node:fs/promises'
import { UserFacingError } from '../lib/errors.ts'
import { parseDocument } from './parse-document.ts'
import type { ParseMessage, ParseReply, ParseRequest } from './parse-protocol.ts'

// A guarded child process: it does what its parent asks, one file at a time, and ends with it.
process.on('message', (request: ParseRequest) => {
  void answer(request).then(send)
})
process.on('disconnect', () => process.exit(0))
// Ctrl-C in a terminal reaches the whole group; the parent decides what happens to its children.
process.on('SIGINT', () => {})

function send(message: ParseMessage): void {
  process.send?.(message)
}

async function answer({ id, file, ocr, ...source }: ParseRequest): Promise<ParseReply> {
  try {
    const document = await parseDocument(await readFile(file), {
      ...source,
      ...(ocr && { ocr: (progress) => send({ id, ocr: progress }) }),
    })
    return { id, document }
  } catch (error) {
    if (error instanceof UserFacingError) {
      return { id, error: { code: error.code, message: error.message } }
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { id, crash: detail }
  }
}
