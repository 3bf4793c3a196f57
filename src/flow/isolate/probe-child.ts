import { Socket } from 'node:net'
import { z } from 'zod'
import { createMessageChannel } from './message-channel.ts'
import { attemptAll, listenFor } from './probe-attempts.ts'
import { ListenRequest, ProbeRequest } from './probe-protocol.ts'

// A process behind walls that tries to get out, or waits for one that does.
const pipe = new Socket({ fd: 3, readable: true, writable: true })
const channel = createMessageChannel(pipe, {
  schema: z.union([ProbeRequest, ListenRequest]),
  maxBytes: 2 ** 20,
  onMessage: (request) =>
    void ('listen' in request ? listenFor(request) : attemptAll(request)).then(channel.send),
  onFault: () => process.exit(1),
})
pipe.on('close', () => process.exit(0))
