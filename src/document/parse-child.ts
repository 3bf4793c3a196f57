import { readFile } from 'node:fs/promises'
import { UserFacingError } from '../lib/errors.ts'
import { parseDocument } from './parse-document.ts'
import type { ParseReply, ParseRequest } from './parse-protocol.ts'

// A guarded child process: it does what its parent asks, one file at a time, and ends with it.
process.on('message', (request: ParseRequest) => {
  void answer(request).then((reply) => process.send?.(reply))
})
process.on('disconnect', () => process.exit(0))
// Ctrl-C in a terminal reaches the whole group; the parent decides what happens to its children.
process.on('SIGINT', () => {})

async function answer(request: ParseRequest): Promise<ParseReply> {
  try {
    const document = await parseDocument(await readFile(request.file), request)
    return { id: request.id, document }
  } catch (error) {
    if (error instanceof UserFacingError) {
      return { id: request.id, error: { code: error.code, message: error.message } }
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { id: request.id, crash: detail }
  }
}
