import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Agent, modelsOf } from '../agent/agent.ts'
import { loadAgents } from '../agent/load-agents.ts'
import { createRuleEngines, type RuleEngines } from '../agent/rule-engines.ts'
import { createDocumentReader, type DocumentReader } from '../document/document-reader.ts'
import { parseDocument } from '../document/parse-document.ts'
import { type BudgetLimits, requirePrices } from '../model/budget.ts'
import type { Connections } from '../model/connections.ts'
import { createModelHost } from '../model/create-model-host.ts'
import type { AnswerCache, ModelHost } from '../model/model-host.ts'
import type { ModelPrice } from '../schema/config.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { ProofloopConfig } from '../schema/proofloop-config.ts'
import type { Review } from '../schema/review.ts'
import { loadConfig } from './load-config.ts'
import { type LoadedCode, loadCode } from './load-code.ts'
import { runFlow } from './run-flow.ts'

export type OpenFlowOptions = {
  /** Where its agents are, when that is not `agents/` in its folder: another version of them. */
  agentsFolder?: string
  /** Instead of the one in its folder. */
  config?: ProofloopConfig
  /** Names of the agents to run; all when left out. */
  agents?: string[]
  /** Whether it has code, too, which runs elsewhere with the models of this flow. */
  codeApart?: boolean
  /** Paragraphs an agent sees at once; -1 for all. */
  paragraphsPerChunk?: number
  /** Shared with other flows; whoever made them closes them. Left out, the flow has its own. */
  rules?: RuleEngines
  documents?: DocumentReader
  /** Whether pages without text are read by OCR. */
  ocr?: boolean
  /** Where keys and addresses of models come from; default: the process' environment. */
  env?: Record<string, string | undefined>
  /** What keeps answers of models; whoever opened it closes it. Left out, none is kept. */
  answers?: AnswerCache
  /** Of everything that is sent until the flow is disposed. */
  budget?: BudgetLimits
  /** To the models of the configuration, shared with other flows; whoever opened them closes them. */
  connections?: Connections
}

/** A flow that is ready to run; holds processes and connections until it is disposed. */
export type Flow = {
  directory: string
  config: ProofloopConfig
  agents: Agent[]
  /** Of its folder; null when it is agents only. */
  code: LoadedCode | null
  /** Whether it may ask each model of its configuration: code chooses when it runs. */
  asksAll: boolean
  rules: RuleEngines
  models: ModelHost
  documents: DocumentReader
  /** Text as if it were a document of one page; blank lines part paragraphs. */
  reviewText(text: string): Promise<Review>
  /** @throws UserFacingError document-… when the file cannot be read */
  reviewFile(file: string | URL, options?: { password?: string }): Promise<Review>
} & AsyncDisposable

/**
 * Opens the flow in a folder that holds `agents/`.
 * @throws UserFacingError no-agents, unknown-agent, agent-file-invalid, config-invalid and the like
 */
export async function openFlow(
  directory: string | URL,
  options: OpenFlowOptions = {},
): Promise<Flow> {
  const { env = process.env, answers, budget, paragraphsPerChunk = 32 } = options
  const folder = toPath(directory)
  const { agentsFolder = path.join(folder, 'agents'), config = loadConfig(folder) } = options
  const models = createModelHost({
    models: config.models,
    env,
    directory: folder,
    cache: answers,
    budget,
    connections: options.connections,
  })
  const agents = await loadAgents(agentsFolder, options.agents, models)
  // Another version of the agents, which a server has kept, comes without code.
  const names = agents.map(({ name }) => name)
  const code = options.agentsFolder === undefined ? await loadCode(folder, names) : null
  const asksAll = code !== null || options.codeApart === true
  if (budget?.maxCost !== undefined) requirePrices(pricesAsked({ agents, config, asksAll }))
  const { rules = createRuleEngines(), documents = createDocumentReader({ ocr: options.ocr }) } =
    options
  const own = [
    ...(options.documents === undefined ? [documents] : []),
    ...(options.rules === undefined ? [rules] : []),
    models,
  ]
  const review = (document: ReviewDocument, file: string): Promise<Review> =>
    runFlow(document, { code, file, agents, rules, models, paragraphsPerChunk, concurrency: 4 })
  return {
    directory: folder,
    config,
    agents,
    code,
    asksAll,
    rules,
    models,
    documents,
    async reviewText(text) {
      const name = 'text.txt'
      return review(await parseDocument(Buffer.from(text), { name }), name)
    },
    async reviewFile(file, options) {
      const name = toPath(file)
      return review(await documents.read(name, options), name)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(own.map((held) => held[Symbol.asyncDispose]()))
    },
  }
}

/**
 * Of the models that cost something when the flow runs, by alias; undefined where nobody set one.
 * @param names of the agents that run; all when left out
 */
export function pricesAsked(
  { agents, asksAll, config: { models } }: Pick<Flow, 'agents' | 'config' | 'asksAll'>,
  names?: string[],
): Record<string, ModelPrice | undefined> {
  const asked = agents.filter(({ name }) => names?.includes(name) ?? true)
  const ofAgents = asked.flatMap((agent) => (agent.status === 'loaded' ? modelsOf(agent) : []))
  const aliases = asksAll ? Object.keys(models) : ofAgents
  const paid = aliases.filter((alias) => models[alias]?.provider !== 'replay')
  return Object.fromEntries(paid.map((alias) => [alias, models[alias]?.price]))
}

function toPath(file: string | URL): string {
  return path.resolve(file instanceof URL ? fileURLToPath(file) : file)
}
