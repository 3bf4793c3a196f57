import { connect } from 'node:net'
import { Duplex } from 'node:stream'
import type { ProcessUsage } from '../../document/process-usage.ts'
import type { IsolatedContent } from './flow-place.ts'
import { createFrames, FromGateWorker } from './gate-worker-protocol.ts'
import type { IsolatedProcess, ProcessFault, ProcessHandlers } from './isolated-process.ts'
import { createMessageChannel } from './message-channel.ts'

/**
 * Has a gate worker start a process of a flow. A worker that is not there, or goes, is no fault of the flow.
 * @param worker its socket
 */
export function startAtGateWorker<T>(
  worker: string,
  { agents, code, memory }: Pick<IsolatedContent, 'agents' | 'code'> & { memory: number },
  { schema, maxBytes, onMessage, onEnd }: ProcessHandlers<T>,
): IsolatedProcess {
  const socket = connect({ path: worker })
  let used: ProcessUsage = { memory: 0, cpu: 0 }
  let isOver = false
  const end = (fault: ProcessFault): void => {
    if (isOver) return
    isOver = true
    socket.destroy()
    onEnd(fault)
  }
  const frames = createFrames(socket, {
    schema: FromGateWorker,
    maxBytes: 2 ** 24,
    onBytes: (bytes) => pipe.push(bytes),
    onMessage(message) {
      if (message.kind === 'usage') used = { memory: message.memory, cpu: message.cpu }
      else end(message.kind === 'ended' ? message.fault : 'not-started')
    },
    onFault: () => end('not-started'),
  })
  const pipe = new Duplex({
    read() {},
    write(bytes: Buffer, _encoding, done) {
      frames.sendBytes(bytes)
      done()
    },
  })
  socket.on('error', () => end('not-started'))
  socket.on('close', () => end('not-started'))
  frames.send({ kind: 'run', agents, code, memory })
  const channel = createMessageChannel(pipe, { schema, maxBytes, onMessage, onFault: end })
  return { send: channel.send, kill: () => end('ended'), usage: async () => used }
}
