import { z } from 'zod'
import { FlowOutput } from '../../schema/flow-output.ts'
import { FlowQuestion } from '../../schema/flow-question.ts'

/** Why a flow has no output, as a class: nothing that it chose itself. */
export const FlowFailure = z.enum([
  /** Its code threw. */
  'flow-error',
  /** It gave what is no output, or types that it had not named before. */
  'flow-output-invalid',
  /** It said more, or asked for more, than a flow may. */
  'flow-too-large',
  'flow-too-slow',
  'flow-too-much-memory',
  /** Its process ended, or spoke what is no message. */
  'flow-ended',
])
export type FlowFailure = z.infer<typeof FlowFailure>

const run = z.int().nonnegative()
const id = z.int().nonnegative()
const name = z.string().min(1).max(200)

/** All that a flow's process can say. Everything else ends it. */
export const FromFlow = z.discriminatedUnion('kind', [
  /** Before it sees any document. */
  z.strictObject({
    kind: z.literal('ready'),
    flow: name,
    agents: z.array(name).max(500),
    types: z.array(name).max(500),
  }),
  z.strictObject({ kind: z.literal('ask'), run, id, question: FlowQuestion }),
  z.strictObject({ kind: z.literal('read'), run, id, document: z.string().max(200) }),
  z.strictObject({ kind: z.literal('grammar'), run, id, document: z.string().max(200) }),
  z.strictObject({ kind: z.literal('done'), run, output: FlowOutput }),
  z.strictObject({ kind: z.literal('failed'), run, failure: FlowFailure }),
])
export type FromFlow = z.infer<typeof FromFlow>

/** All that its process is told. */
export const ToFlow = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('open'), paragraphsPerChunk: z.int(), code: z.boolean() }),
  z.strictObject({ kind: z.literal('run'), run, document: z.string(), repeat: z.int() }),
  z.strictObject({ kind: z.literal('answer'), id, value: z.unknown() }),
  z.strictObject({ kind: z.literal('refusal'), id, code: z.string(), message: z.string() }),
])
export type ToFlow = z.infer<typeof ToFlow>

/** What a value takes where a message is held, about. */
export const valueBytes = 32

export type IsolationLimits = {
  /** Resident, in bytes. */
  memory: number
  /** Processor time without a message, in milliseconds. */
  cpu: number
  /** For a document, without the time in which its flow waits for the host, in milliseconds. */
  document: number
  /** Until the flow is loaded, in milliseconds. */
  start: number
  /** Of one message, in bytes, where each value in it counts `valueBytes` besides its letters. */
  message: number
  /** Of what is sent to it and it has not read, in bytes. */
  unread: number
  /** Of all messages that wait for an answer, in bytes. */
  waiting: number
  /** What the flow may ask of its host for one document. */
  calls: number
  /** Of all messages about one document, in bytes, and of the answers to them: the host reads and writes each. */
  bytes: number
}

export const isolationLimits: IsolationLimits = {
  memory: 1024 * 2 ** 20,
  cpu: 30_000,
  document: 120_000,
  start: 30_000,
  message: 8 * 2 ** 20,
  unread: 128 * 2 ** 20,
  waiting: 256 * 2 ** 20,
  calls: 5000,
  bytes: 128 * 2 ** 20,
}
