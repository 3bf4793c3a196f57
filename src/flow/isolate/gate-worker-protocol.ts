import type { Duplex } from 'node:stream'
import { z } from 'zod'
import { FlowContent } from '../../schema/flow-manifest.ts'
import { Neighbour, ProbeRequest, ProbeResult } from './probe-protocol.ts'

/** What a server asks of a gate worker; each on a connection of its own. */
export const ToGateWorker = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('probe'), request: ProbeRequest }),
  /** It is answered when the flow's turn has come, which is over with the connection. */
  z.strictObject({ kind: z.literal('turn') }),
  /** Then bytes go to and from the flow's process. */
  z.strictObject({
    kind: z.literal('run'),
    /** A turn that is not over. */
    turn: z.string().max(100),
    agents: FlowContent.shape.agents,
    code: FlowContent.shape.code,
    memory: z.int().positive(),
  }),
])
export type ToGateWorker = z.infer<typeof ToGateWorker>

export const FromGateWorker = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('probed'),
    /** Of Proofloop there. */
    version: z.string().max(100),
    /** A process behind all walls; null when none could be started. */
    all: ProbeResult.nullable(),
    /** One without the walls of Node. */
    bare: ProbeResult.nullable(),
    /** The worker itself. */
    own: ProbeResult.pick({ tcp: true, unix: true, abstract: true, canary: true }),
    /** What one of two processes that are there at once reaches of the other; null when none could be started. */
    neighbour: Neighbour.nullable(),
    /** Interfaces with a way out of the machine, and routes; empty: it has no network. */
    network: z.array(z.string().max(200)).max(100),
  }),
  z.strictObject({ kind: z.literal('begun'), turn: z.string().max(100) }),
  z.strictObject({ kind: z.literal('usage'), memory: z.number(), cpu: z.number() }),
  z.strictObject({ kind: z.literal('ended'), fault: z.enum(['ended', 'not-started']) }),
])
export type FromGateWorker = z.infer<typeof FromGateWorker>

const heads = { message: 0, bytes: 1 } as const
const headBytes = 5

type FrameHandlers<T> = {
  schema: z.ZodType<T>
  /** Of a message, in bytes. */
  maxBytes: number
  onMessage: (message: T) => void
  /** Of the flow's process. */
  onBytes: (bytes: Buffer) => void
  /** What came is nothing that the other side says; nothing more is read. */
  onFault: () => void
}

/**
 * Messages of the worker, and beside them bytes of a flow's process, which is not trusted: what it says can pass
 * for no message. Each has a head: what it is, and its length.
 */
export function createFrames<T>(socket: Duplex, handlers: FrameHandlers<T>) {
  const { schema, maxBytes, onMessage, onBytes, onFault } = handlers
  let rest: Buffer = Buffer.alloc(0)
  let isOver = false

  function take(kind: number, body: Buffer): void {
    if (kind === heads.bytes) onBytes(body)
    else {
      const message = schema.safeParse(parseJson(body))
      if (message.success) onMessage(message.data)
      else end()
    }
  }

  function end(): void {
    isOver = true
    onFault()
  }

  socket.on('data', (data: Buffer) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data])
    while (!isOver && rest.length >= headBytes) {
      const length = rest.readUInt32BE(1)
      if (length > maxBytes) end()
      if (isOver || rest.length < headBytes + length) return
      const body = rest.subarray(headBytes, headBytes + length)
      const kind = rest[0] ?? heads.message
      rest = rest.subarray(headBytes + length)
      take(kind, body)
    }
  })

  /** @returns false when the other side reads more slowly */
  function send(kind: number, body: Buffer): boolean {
    if (!socket.writable) return true
    const head = Buffer.alloc(headBytes)
    head[0] = kind
    head.writeUInt32BE(body.length, 1)
    socket.write(head)
    return socket.write(body)
  }

  return {
    send: (message: ToGateWorker | FromGateWorker) =>
      send(heads.message, Buffer.from(JSON.stringify(message))),
    sendBytes: (bytes: Buffer) => send(heads.bytes, bytes),
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
