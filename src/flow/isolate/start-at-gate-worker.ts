import { connect } from 'node:net'
import { Duplex } from 'node:stream'
import type { ProcessUsage } from '../../document/process-usage.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { orAborted } from '../../lib/or-aborted.ts'
import type { IsolatedContent } from './flow-place.ts'
import { createFrames, FromGateWorker } from './gate-worker-protocol.ts'
import type { IsolatedProcess, ProcessFault, ProcessHandlers } from './isolated-process.ts'
import { createMessageChannel } from './message-channel.ts'

type WorkerRun = Pick<IsolatedContent, 'agents' | 'code'> & { memory: number; turn: string }

/**
 * Waits for the turn of a flow at a gate worker. Where flows would reach each other there, one at a time has its turn,
 * until it is disposed.
 * @throws UserFacingError isolation-failed; gate-worker-busy when the signal aborts first
 */
export async function turnAtGateWorker(
  worker: string,
  signal: AbortSignal | undefined,
): Promise<{ turn: string } & Disposable> {
  const socket = connect({ path: worker })
  const begun = Promise.withResolvers<string>()
  const fail = (): void => begun.reject(notThere(worker))
  socket.on('error', fail).on('close', fail)
  const frames = createFrames(socket, {
    schema: FromGateWorker,
    maxBytes: 2 ** 20,
    onBytes: fail,
    onMessage: (message) => (message.kind === 'begun' ? begun.resolve(message.turn) : fail()),
    onFault: fail,
  })
  frames.send({ kind: 'turn' })
  try {
    const turn = await orAborted(begun.promise, signal)
    return { turn, [Symbol.dispose]: () => socket.destroy() }
  } catch (error) {
    socket.destroy()
    throw error === signal?.reason ? busy(worker, error) : error
  }
}

function notThere(worker: string): UserFacingError {
  const sentence = `The gate worker at ${worker} does not answer.`
  return new UserFacingError('isolation-failed', sentence)
}

function busy(worker: string, cause: unknown): UserFacingError {
  const sentence = `The gate worker at ${worker} ran other flows for too long.`
  return new UserFacingError('gate-worker-busy', sentence, { cause })
}

/**
 * Has a gate worker start a process of a flow. A worker that is not there, or goes, is no fault of the flow.
 * @param worker its socket
 */
export function startAtGateWorker<T>(
  worker: string,
  { agents, code, memory, turn }: WorkerRun,
  { onEnd, ...channelled }: ProcessHandlers<T>,
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
      if (frames.sendBytes(bytes)) done()
      else socket.once('drain', () => done())
    },
  })
  socket.on('error', () => end('not-started'))
  socket.on('close', () => end('not-started'))
  frames.send({ kind: 'run', turn, agents, code, memory })
  const channel = createMessageChannel(pipe, { ...channelled, onFault: end })
  return { send: channel.send, kill: () => end('ended'), usage: async () => used }
}
