import { Socket } from 'node:net'
import path from 'node:path'
import type { Agent } from '../../agent/agent.ts'
import { loadAgents } from '../../agent/load-agents.ts'
import { UserFacingError } from '../../lib/errors.ts'
import type { GrammarFinding } from '../../agent/grammar-filter.ts'
import type { ReviewDocument } from '../../schema/document.ts'
import { DocumentInput, FlowOutput } from '../../schema/flow-output.ts'
import { createFlowContext } from '../flow-context.ts'
import type { FlowServices } from '../flow-services.ts'
import { readDefinition } from '../load-code.ts'
import { type ReviewingFlow, runDefinition } from '../run-definition.ts'
import { createMessageChannel } from './message-channel.ts'
import { type FlowFailure, type FromFlow, ToFlow } from './protocol.ts'

// What the system shows of a process to everybody on the machine, and the process writes itself.
for (const [name, value] of Object.entries({ title: 'node', umask: () => 0o22 })) {
  Object.defineProperty(process, name, { value, writable: false, configurable: false })
}

// The process of an isolated flow: it has a pipe to its host and nothing else, and ends with it.
const pipe = new Socket({ fd: 3, readable: true, writable: true })
const channel = createMessageChannel(pipe, {
  schema: ToFlow,
  maxBytes: 2 ** 30,
  onMessage: hear,
  onFault: () => process.exit(1),
})
pipe.on('close', () => process.exit(0))
pipe.on('error', () => process.exit(0))

type Opened = { flow: ReviewingFlow; agents: Agent[]; paragraphsPerChunk: number }
type Waiting = { resolve: (value: unknown) => void; reject: (error: Error) => void }

const waiting = new Map<number, Waiting>()
let opened: Opened | undefined
let lastId = 0

function say(message: FromFlow): void {
  channel.send(message)
}

function hear(message: ToFlow): void {
  switch (message.kind) {
    case 'open':
      void open(message).catch(() => process.exit(1))
      return
    case 'run':
      void run(message)
      return
    case 'answer':
      waiting.get(message.id)?.resolve(message.value)
      waiting.delete(message.id)
      return
    case 'refusal':
      waiting.get(message.id)?.reject(new UserFacingError(message.code, message.message))
      waiting.delete(message.id)
  }
}

async function open(message: ToFlow & { kind: 'open' }): Promise<void> {
  const { paragraphsPerChunk, code } = message
  const folder = path.join(import.meta.dirname, 'agents')
  const agents = await loadAgents(folder, undefined, { gap: () => null })
  const names = agents.map(({ name }) => name)
  const flow = code ? readDefinition(await loadFlow(), names) : agentsOnly
  const types = [...agents.map(({ type }) => type), ...(flow.types ?? [])]
  opened = { flow, agents, paragraphsPerChunk }
  say({ kind: 'ready', flow: flow.name, agents: names, types: [...new Set(types)] })
}

async function loadFlow(): Promise<unknown> {
  const loaded: { default?: unknown } = await import(new URL('./flow.mjs', import.meta.url).href)
  return loaded.default
}

const agentsOnly: ReviewingFlow = {
  name: 'main-flow',
  input: DocumentInput,
  output: FlowOutput,
  async run(input, context) {
    const { document } = DocumentInput.parse(input)
    return context.reviewWithAgents(await context.document.read(document))
  },
}

async function run(message: ToFlow & { kind: 'run' }): Promise<void> {
  const { run: number, document, repeat } = message
  if (opened === undefined) return
  const { flow, ...rest } = opened
  const { signal } = new AbortController()
  const services = servicesOf(number)
  const context = createFlowContext({ ...rest, services, repeat, flow: flow.name, signal })
  try {
    const output = await runDefinition(flow, { document, context })
    say({ kind: 'done', run: number, output })
  } catch (error) {
    say({ kind: 'failed', run: number, failure: classOf(error) })
  }
}

function classOf(error: unknown): FlowFailure {
  const isOutput = error instanceof UserFacingError && error.code === 'flow-output-invalid'
  return isOutput ? 'flow-output-invalid' : 'flow-error'
}

/** What comes back is the host's: it is trusted. */
function servicesOf(number: number): FlowServices {
  return {
    ask: (question) => call((id) => ({ kind: 'ask', run: number, id, question })),
    readDocument: (document) =>
      call<ReviewDocument>((id) => ({ kind: 'read', run: number, id, document })),
    grammar: (document) =>
      call<GrammarFinding[]>((id) => ({ kind: 'grammar', run: number, id, document })),
  }
}

function call<T>(messageOf: (id: number) => FromFlow): Promise<T> {
  const id = (lastId += 1)
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  waiting.set(id, { resolve: (value) => resolve(value as T), reject })
  say(messageOf(id))
  return promise
}
