import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Agent } from '../agent/agent.ts'
import { loadAgents } from '../agent/load-agents.ts'
import { createRuleEngines, type RuleEngines } from '../agent/rule-engines.ts'
import { createDocumentReader, type DocumentReader } from '../document/document-reader.ts'
import { parseDocument } from '../document/parse-document.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { Review } from '../schema/review.ts'
import { reviewDocument } from './review-document.ts'

export type OpenFlowOptions = {
  /** Names of the agents to run; all when left out. */
  agents?: string[]
  /** Paragraphs an agent sees at once; -1 for all. */
  paragraphsPerChunk?: number
}

/** A flow that is ready to run; holds processes and connections until it is disposed. */
export type Flow = {
  directory: string
  agents: Agent[]
  rules: RuleEngines
  documents: DocumentReader
  /** Text as if it were a document of one page; blank lines part paragraphs. */
  reviewText(text: string): Promise<Review>
  /** @throws UserFacingError document-… when the file cannot be read */
  reviewFile(file: string | URL, options?: { password?: string }): Promise<Review>
} & AsyncDisposable

/**
 * Opens the flow in a folder that holds `agents/`.
 * @throws UserFacingError no-agents, unknown-agent, agent-file-invalid and the like
 */
export async function openFlow(
  directory: string | URL,
  { agents: only, paragraphsPerChunk = 32 }: OpenFlowOptions = {},
): Promise<Flow> {
  const folder = toPath(directory)
  const agents = await loadAgents(path.join(folder, 'agents'), only)
  const rules = createRuleEngines()
  const documents = createDocumentReader()
  const review = (document: ReviewDocument, file: string): Promise<Review> =>
    reviewDocument(document, { file, agents, rules, paragraphsPerChunk, concurrency: 4 })
  return {
    directory: folder,
    agents,
    rules,
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
      await Promise.all([documents[Symbol.asyncDispose](), rules[Symbol.asyncDispose]()])
    },
  }
}

function toPath(file: string | URL): string {
  return path.resolve(file instanceof URL ? fileURLToPath(file) : file)
}
