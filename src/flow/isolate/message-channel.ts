import type { Duplex } from 'node:stream'
import type { z } from 'zod'
import { jsonShape } from '../../lib/json-depth.ts'

export type ChannelOptions<T> = {
  schema: z.ZodType<T>
  /** Of one message, in bytes. */
  maxBytes: number
  /** What each value of a message counts besides its letters; left out, nothing. */
  valueBytes?: number
  /** Of what waits for the other end to read it, in bytes; left out, any number. */
  maxUnread?: number
  /** @param bytes of the message, with what its values count */
  onMessage: (message: T, bytes: number) => void
  /** What came is no message; nothing more is read. */
  onFault: (fault: 'too-large' | 'invalid') => void
}

/**
 * Messages as lines of JSON over a pipe. Whoever is at the other end is not trusted: a line that is too long is
 * not kept, and what the schema does not name is no message.
 */
export function createMessageChannel<T>(pipe: Duplex, options: ChannelOptions<T>) {
  const { schema, maxBytes, valueBytes = 0, maxUnread = Number.POSITIVE_INFINITY } = options
  const { onMessage, onFault } = options
  let pieces: Buffer[] = []
  let bytes = 0
  let isOver = false

  function end(fault: 'too-large' | 'invalid'): void {
    isOver = true
    pieces = []
    onFault(fault)
  }

  function take(piece: Buffer): void {
    bytes += piece.length
    if (bytes > maxBytes) end('too-large')
    else pieces.push(piece)
  }

  function endLine(): void {
    const line = Buffer.concat(pieces)
    const { isTooDeep, values } = jsonShape(line)
    const size = bytes + valueBytes * values
    pieces = []
    bytes = 0
    if (size > maxBytes) {
      end('too-large')
      return
    }
    // Deep nesting would overflow the stack of whoever reads it later.
    const message = isTooDeep ? undefined : parse(line, schema)
    if (message === undefined) end('invalid')
    else onMessage(message, size)
  }

  pipe.on('data', (chunk: Buffer) => {
    let start = 0
    while (!isOver && start < chunk.length) {
      const newline = chunk.indexOf(10, start)
      take(chunk.subarray(start, newline === -1 ? chunk.length : newline))
      if (newline === -1) return
      if (!isOver) endLine()
      start = newline + 1
    }
  })
  return {
    /** @returns bytes of the message */
    send: (message: unknown): number => {
      if (!pipe.writable || isOver) return 0
      const line = Buffer.from(`${JSON.stringify(message)}\n`)
      pipe.write(line)
      if (pipe.writableLength > maxUnread) end('too-large')
      return line.length
    },
  }
}

/** Costs little, whatever comes: what a flow says is read where everybody is served. */
function parse<T>(line: Buffer, schema: z.ZodType<T>): T | undefined {
  const value = jsonOf(line)
  if (value === undefined) return undefined
  const message = schema.safeParse(value)
  return message.success ? message.data : undefined
}

/** Undefined when it is none. */
function jsonOf(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'))
  } catch {
    return undefined
  }
}
