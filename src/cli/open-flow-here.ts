import path from 'node:path'
import { findFlow } from '../flow/find-flow.ts'
import { type Flow, openFlow } from '../flow/open-flow.ts'
import { openAnswerJournal } from '../model/answer-journal.ts'
import type { AnswerCache } from '../model/model-host.ts'
import type { Io } from './io.ts'

/** What commands that run a flow have in common. */
export type FlowOptions = {
  flow?: string
  agents?: string[]
  paragraphsPerChunk: number
  ocr?: boolean
  /** File of answers that are kept; false: none. */
  cache: string | false
  maxCost?: number
  maxTokens?: number
}

/** The flow that the options name, with keys from the environment and answers kept beside us. */
export async function openFlowHere(options: FlowOptions, io: Io): Promise<Flow> {
  const { agents, paragraphsPerChunk, ocr, cache, maxCost, maxTokens } = options
  const answers = cache === false ? undefined : journalWhenNeeded(path.resolve(io.cwd, cache))
  const flow = await openFlow(findFlow(options.flow, io.cwd), {
    agents,
    paragraphsPerChunk,
    ocr,
    env: io.env,
    answers,
    budget: { maxCost, maxTokens },
  })
  try {
    if (asksModels(flow)) await answers?.open()
  } catch (error) {
    await flow[Symbol.asyncDispose]()
    throw error
  }
  return {
    ...flow,
    async [Symbol.asyncDispose]() {
      await flow[Symbol.asyncDispose]()
      await answers?.[Symbol.asyncDispose]()
    },
  }
}

function asksModels({ agents }: Flow): boolean {
  return agents.some((agent) => agent.status === 'loaded' && agent.engine === 'llm')
}

/** A run that asks no model leaves no file; one that does learns before it begins if there can be none. */
function journalWhenNeeded(file: string): AnswerCache & { open(): Promise<unknown> } {
  let opening: ReturnType<typeof openAnswerJournal> | undefined
  const open = () => (opening ??= openAnswerJournal(file))
  return {
    open,
    get: async (key) => (await open()).get(key),
    put: async (key, answer) => (await open()).put(key, answer),
    async [Symbol.asyncDispose]() {
      // Whoever asked was told when it could not be opened.
      const journal = await opening?.catch(() => undefined)
      await journal?.[Symbol.asyncDispose]()
    },
  }
}
