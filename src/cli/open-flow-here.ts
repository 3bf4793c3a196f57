import { asksModels } from '../agent/agent.ts'
import { findFlow } from '../flow/find-flow.ts'
import { type Flow, openFlow } from '../flow/open-flow.ts'
import type { Io } from './io.ts'
import type { LocalStore } from './local-store.ts'
import { answersHere } from './open-answers.ts'

/** What commands that run a flow have in common. */
export type FlowOptions = {
  flow?: string
  agents?: string[]
  paragraphsPerChunk: number
  ocr?: boolean
  /** Where everything is kept. */
  data: string
  /** A file of answers instead; false: none are kept. */
  cache?: string | false
  dryRun?: boolean
  /** Whether the page of a server on the same store is to show it. */
  record: boolean
  maxCost?: number
  maxTokens?: number
}

/** The flow that the options name, with keys from the environment and answers kept in the store. */
export async function openFlowHere(options: FlowOptions, local: LocalStore, io: Io): Promise<Flow> {
  const { agents, paragraphsPerChunk, ocr, maxCost, maxTokens } = options
  const answers = answersHere(options, local, io)
  const flow = await openFlow(findFlow(options.flow, io.cwd), {
    agents,
    paragraphsPerChunk,
    ocr,
    env: io.env,
    answers,
    budget: { maxCost, maxTokens },
  })
  try {
    if (flow.agents.some(asksModels)) await answers?.open()
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
